-- Records that a process reads bundles, and removes those that have long been silent.
-- KEYS: interfaces, beats. ARGV: 5 process, 6 capacity, 7 seconds after which a beat is forgotten
-- Returns the mark of this process (lua/beat.lua), and the entries of all processes.
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now() - ARGV[7])) do
    local process = string.gsub(name, '^%?', '')  -- a suspicion stays after the mark has gone
    redis.call('ZREM', KEYS[2], name)
    if not redis.call('ZSCORE', KEYS[2], process) then
        redis.call('HDEL', KEYS[1], process)
    end
end
local mark = string.format('%.6f', now())
redis.call('ZADD', KEYS[2], mark, ARGV[5])
redis.call('HSET', KEYS[1], ARGV[5], ARGV[3] .. ' ' .. ARGV[6])
return {mark, redis.call('HVALS', KEYS[1])}
