-- Removes a closed socket. ARGV: 4 process, 5 socket, 6 grace
-- Returns its user, or nothing if it isn't there.
return drop(ARGV[4], ARGV[5], ARGV[6])
