-- Says that a process reads bundles, and forgets those that have long been silent.
-- KEYS: interfaces, beats. ARGV: 8 process, 9 capacity, 10 time, 11 oldest beat that still counts
-- Returns the entries of all processes.
for _, process in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[11])) do
    redis.call('HDEL', KEYS[1], process)
    redis.call('ZREM', KEYS[2], process)
end
redis.call('ZADD', KEYS[2], ARGV[10], ARGV[8])
redis.call('HSET', KEYS[1], ARGV[8], ARGV[6] .. ' ' .. ARGV[9])
return redis.call('HVALS', KEYS[1])
