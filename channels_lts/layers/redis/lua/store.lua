-- Stores a socket's data, unless it has closed meanwhile.
-- KEYS: of the socket, and of its end. ARGV: 5 its data, 6 seconds
store(KEYS[1], KEYS[2], ARGV[5], ARGV[6])
return false
