-- Shared by all scripts. Effects are replicated (the default from Redis 5 on), so TIME may come
-- before a write.
-- ARGV: 1 prefix, 2 message expiry in seconds, 3 bundle format, 4 payload
local prefix, expiry = ARGV[1], tonumber(ARGV[2])
local time = nil

local function now()
    if not time then
        local answer = redis.call('TIME')
        time = answer[1] + answer[2] / 1000000
    end
    return time
end

local function is_bundle(entry)
    return string.byte(entry) == 0
end

local function is_stale(entry)
    if is_bundle(entry) then
        return struct.unpack('>d', entry, 3) < now()
    end
    return redis.call('EXISTS', entry) == 0
end

-- Drops what nobody can receive any more, so that it doesn't take the place of live messages.
local function drop_stale(list)
    local first = redis.call('LINDEX', list, 0)
    while first and is_stale(first) do
        redis.call('LPOP', list)
        first = redis.call('LINDEX', list, 0)
    end
end

local function has_room(list, capacity)
    local length = redis.call('LLEN', list)
    -- A list this long has a reader that lags or is dead: bundles don't expire by themselves.
    if length >= capacity or length >= 100 then
        drop_stale(list)
        length = redis.call('LLEN', list)
    end
    return length < capacity
end

local function append(list, entry)
    redis.call('RPUSH', list, entry)
    redis.call('EXPIRE', list, math.ceil(expiry) + 1)
end

-- Whether a process has left no mark for a minute, by this server's clock, and more than ten
-- seconds have passed since that was first seen here. The second check covers a server that was
-- itself frozen, or whose clock jumped: then all marks are old, and new ones come within seconds.
local function is_silent(process)
    local beats, doubt = prefix .. ':beats', '?' .. process
    local mark = tonumber(redis.call('ZSCORE', beats, process))
    if not mark or now() - mark < 60 then
        return false
    end
    local doubted = tonumber(redis.call('ZSCORE', beats, doubt))
    if not doubted or doubted < mark + 60 then
        redis.call('ZADD', beats, now(), doubt)
        return false
    end
    return now() - doubted > 10
end

-- The capacity of a process that reads bundles of our format; 0 when it has ended; otherwise nil.
local function capacity_of(process)
    local interfaces = prefix .. ':interfaces'
    local value = redis.call('HGET', interfaces, process)
    if value and value ~= 'gone' and is_silent(process) then
        value = 'gone'
        redis.call('HSET', interfaces, process, value)
        redis.call('ZREM', prefix .. ':beats', process)  -- its next beat, if any, reports that
    end
    if value == 'gone' then
        return 0
    end
    local format, capacity = string.match(value or '', '^(%d+) (%d+)$')
    return format == ARGV[3] and tonumber(capacity) or nil
end

-- The answers of send and push.
local FULL, TAKEN, ENDED = 0, 1, 2

local function push_bundle(process, capacity, names)
    local list = prefix .. process
    if not has_room(list, capacity) then
        return FULL
    end
    local payload = ARGV[4]
    append(list, string.char(0, ARGV[3]) .. struct.pack('>dI4', now() + expiry, #payload)
           .. payload .. names)
    return TAKEN
end

local function send(channel, capacity, key)
    if string.sub(channel, -1) == '!' then
        local bundled = capacity_of(channel)
        if bundled == 0 then
            return ENDED
        elseif bundled then
            return push_bundle(channel, capacity, '')
        end
    end
    local list = prefix .. channel
    if not has_room(list, capacity) then
        return FULL
    end
    redis.call('SET', key, ARGV[4], 'PX', math.ceil(expiry * 1000))
    append(list, key)
    return TAKEN
end

-- Unless the socket has closed meanwhile: its disconnect may have been handled before its connect,
-- and nobody would take it out again. `ended`: the key of its end.
local function join(group, ended, channel, seconds)
    if redis.call('EXISTS', ended) == 0 then
        redis.call('ZADD', group, string.format('%.6f', now()), channel)
        redis.call('EXPIRE', group, seconds)
    end
end

local function store(socket, ended, known, seconds)
    if redis.call('EXISTS', ended) == 0 then
        redis.call('SET', socket, known, 'EX', seconds)
    end
end
