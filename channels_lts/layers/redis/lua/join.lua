-- Puts a channel into a group.
-- KEYS: group. ARGV: 5 channel, 6 seconds for which it stays
redis.call('ZADD', KEYS[1], string.format('%.6f', now()), ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
return false
