-- Puts a channel into groups, unless its socket has closed meanwhile.
-- KEYS: the socket's end, groups. ARGV: 5 channel, 6 seconds for which it stays
for at = 2, #KEYS do
    join(KEYS[at], KEYS[1], ARGV[5], ARGV[6])
end
return false
