-- Ends what has expired. One caller per turn does it; the others get nothing.
-- ARGV: 4 grace, 5 lease, 6 the longest life of a socket, 7 seconds after which changes are sent
-- again, 8 length of a turn, 9 maximum number of changes
-- Returns {changes: scope, user and 1 or 0, repeated; scopes whose number of people has changed;
-- 1 if nobody is here and there is nothing to send, else 0}.
local grace, lease, longest, retry, most = ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[9]

if redis.call('EXISTS', prefix .. 'processes', prefix .. 'leaving', prefix .. 'unacknowledged',
              prefix .. 'counted') == 0 then
    return {{}, {}, 1}
end
-- Not SET NX PX: a test's clock has to reach it.
local swept = tonumber(redis.call('GET', prefix .. 'swept')) or 0
if now - swept < tonumber(ARGV[8]) and now >= swept then
    return {{}, {}, 0}
end
redis.call('SET', prefix .. 'swept', now)
-- Nobody has swept for a while, or nobody could report, so silence means nothing yet.
local has_slept = now - swept > lease / 2

local function see(process, version)
    redis.call('HSET', prefix .. 'processes', process, version .. ' ' .. now)
end

-- A list may have been made just before the socket opened and written just after it joined. The
-- second list after the one that was there when it joined can't have been.
local function drop_closed(process, version)
    local open = {}
    for name in string.gmatch(redis.call('GET', lists .. process) or '', '[^\n]+') do
        open[name] = true
    end
    for _, socket in ipairs(redis.call('HKEYS', sockets_of(process))) do
        if not open[socket] then
            local _, joined_at = parse(redis.call('HGET', sockets_of(process), socket))
            if tonumber(joined_at) + 1 < version then
                drop(process, socket, grace)
            end
        end
    end
end

local function drop_old(process)
    for _, socket in ipairs(redis.call('HKEYS', sockets_of(process))) do
        local joined = parse(redis.call('HGET', sockets_of(process), socket))
        if now - joined > tonumber(longest) then
            drop(process, socket, grace)
        end
    end
end

local function drop_all(process)
    for _, socket in ipairs(redis.call('HKEYS', sockets_of(process))) do
        drop(process, socket, grace)
    end
end

local function visit(process, known, since)
    local version = version_of(process)
    if version > known then
        see(process, version)
        drop_closed(process, version)
    elseif has_slept then
        see(process, known)
    elseif now - since > lease then
        if known > 0 then
            drop_all(process)
        else
            see(process, 0)
            drop_old(process)
        end
    end
    if redis.call('EXISTS', sockets_of(process)) == 0 then
        redis.call('HDEL', prefix .. 'processes', process)
    end
end

local processes = redis.call('HGETALL', prefix .. 'processes')
for at = 1, #processes, 2 do
    local known, since = string.match(processes[at + 1], '^(%S+) (%S+)$')
    visit(processes[at], tonumber(known), tonumber(since))
end

local function due(set)
    return redis.call('ZRANGEBYSCORE', prefix .. set, '-inf', now, 'LIMIT', 0, most)
end

for _, pair in ipairs(due('leaving')) do
    local scope, user = string.match(pair, '^(.*)\n(.*)$')
    redis.call('ZREM', prefix .. 'leaving', pair)
    redis.call('HDEL', people_in(scope), user)
    note_news(scope, user, 0)
end
local news = {}
for _, pair in ipairs(due('unacknowledged')) do
    local scope, user = string.match(pair, '^(.*)\n(.*)$')
    note_news(scope, user, retry)
    news[#news + 1] = scope
    news[#news + 1] = user
    news[#news + 1] = redis.call('HEXISTS', people_in(scope), user)
end
return {news, redis.call('SPOP', prefix .. 'counted', most), 0}
