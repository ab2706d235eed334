-- Adds to asgi_redis's counters.
-- ARGV: 5 prefix of their keys, 6 owner of the global ones, 7 and 8 how long those of a channel and
-- the global ones live (in seconds), and for each counter: channel, name, amount
-- The channel ':metrics' stands for the hash of that name, and the counter for its field; there are
-- at most 5000 fields, so that a label with too many values doesn't fill Redis.
-- Returns which of them could not be added to, counted from 1: out of memory, or not a number
local totals, failed = {}, {}

local function add(owner, name, amount, lifetime)
    local key = ARGV[5] .. owner .. ':' .. name
    local answer = redis.pcall('INCRBY', key, amount)
    if type(answer) == 'table' then
        return false
    end
    redis.pcall('EXPIRE', key, lifetime)
    return true
end

local metrics = prefix .. ':metrics'

local function add_metric(field, amount)
    local total = redis.pcall('HINCRBY', metrics, field, amount)
    if type(total) == 'table' then
        return false
    end
    if total == tonumber(amount) and redis.call('HLEN', metrics) > 5000 then  -- it is new
        redis.call('HDEL', metrics, field)
        redis.call('HINCRBY', metrics, '["series_refused"]', amount)
    end
    return true
end

for at = 9, #ARGV, 3 do
    local channel, name, amount = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    if channel == ':metrics' then
        if not add_metric(name, amount) then
            failed[#failed + 1] = (at - 6) / 3
        end
    elseif add(channel, name, amount, ARGV[7]) then
        totals[name] = (totals[name] or 0) + amount
    else
        failed[#failed + 1] = (at - 6) / 3
    end
end
redis.pcall('EXPIRE', metrics, ARGV[8])
for name, amount in pairs(totals) do
    add(ARGV[6], name, amount, ARGV[8])
end
return failed
