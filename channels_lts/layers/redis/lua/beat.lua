-- Renews the mark of a process: the time of its last beat, by this server's clock.
-- KEYS: interfaces, beats. ARGV: 5 process
-- Returns the previous mark and the new one; false if there was none, or if the process was found
-- silent and its sockets were taken out of a group.
local before = redis.call('ZSCORE', KEYS[2], ARGV[5])
local entry = redis.call('HGET', KEYS[1], ARGV[5])
if not before or not entry or entry == 'gone' then
    return false
end
local mark = string.format('%.6f', now())
redis.call('ZADD', KEYS[2], mark, ARGV[5])
return {before, mark}
