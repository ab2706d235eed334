-- Keeps what is known of a socket, unless it has closed meanwhile.
-- KEYS: of the socket, and of its end. ARGV: 5 what is known, 6 seconds
if redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('SET', KEYS[1], ARGV[5], 'EX', ARGV[6])
end
return false
