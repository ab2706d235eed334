-- Puts a channel into a group, unless it is that of a socket that has closed meanwhile: its
-- disconnect may have been dealt with before its connect was, and nobody would take it out again.
-- KEYS: group, the socket's end. ARGV: 5 channel, 6 seconds for which it stays
if redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('ZADD', KEYS[1], string.format('%.6f', now()), ARGV[5])
    redis.call('EXPIRE', KEYS[1], ARGV[6])
end
return false
