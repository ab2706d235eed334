-- Shared by all scripts. Their effects are replicated (the default from Redis 5 on), so TIME may
-- come before a write.
-- ARGV: 1 prefix of our keys, 2 prefix of the lists that interface servers publish,
-- 3 the time in seconds, or '' for the server's
--
-- sockets:<process>  hash: socket -> "joined LF version LF user LF scope LF scope ..."
-- processes          hash: process -> "version time", when its list was last seen to change
-- scope:<scope>      hash: user -> open sockets; 0 during the grace
-- leaving            sorted set of "scope LF user" by the time at which the grace ends
-- unacknowledged     sorted set of "scope LF user" by the time at which to send it again
-- counted            set of scopes in which somebody has come or gone
local prefix, lists = ARGV[1], ARGV[2]
local now = tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = time[1] + time[2] / 1000000
end

local function sockets_of(process)
    return prefix .. 'sockets:' .. process
end

local function people_in(scope)
    return prefix .. 'scope:' .. scope
end

local function parse(value)
    return string.match(value, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
end

-- Every list begins with its version: 1, 2, 3 ... 0 for a process that publishes none.
local function version_of(process)
    local head = redis.call('GETRANGE', lists .. process, 0, 31)
    return tonumber(string.match(head, '^%d+')) or 0
end

-- After the version comes the grace that a process asks for when it ends: its people reconnect.
local function grace_of(process, grace)
    local head = redis.call('GETRANGE', lists .. process, 0, 31)
    return math.max(tonumber(string.match(head, '^%d+ (%d+)')) or 0, tonumber(grace))
end

-- Takes a socket out; returns its user, or false if it isn't there.
local function drop(process, socket, grace)
    local value = redis.call('HGET', sockets_of(process), socket)
    if not value then
        return false
    end
    redis.call('HDEL', sockets_of(process), socket)
    local _, _, user, scopes = parse(value)
    local over = now + grace_of(process, grace)
    for scope in string.gmatch(scopes, '[^\n]+') do
        if redis.call('HINCRBY', people_in(scope), user, -1) <= 0 then
            redis.call('HSET', people_in(scope), user, 0)
            redis.call('ZADD', prefix .. 'leaving', over, scope .. '\n' .. user)
        end
    end
    return user
end

local function note_news(scope, user, retry)
    redis.call('SADD', prefix .. 'counted', scope)
    redis.call('ZADD', prefix .. 'unacknowledged', now + retry, scope .. '\n' .. user)
end
