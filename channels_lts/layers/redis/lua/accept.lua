-- Sends the first message to a socket, after joining its groups and storing its data.
-- KEYS: of the socket, and of its end; groups
-- ARGV: 5 to 7 as in send.lua; 8 the socket's channel, 9 seconds for which it stays in the groups,
-- 10 its data ('': none), 11 seconds for which that is kept
-- Returns what send.lua does; even if the list is full, everything but the message is done.
for at = 3, #KEYS do
    join(KEYS[at], KEYS[2], ARGV[8], ARGV[9])
end
if ARGV[10] ~= '' then
    store(KEYS[1], KEYS[2], ARGV[10], ARGV[11])
end
return send(ARGV[5], tonumber(ARGV[6]), ARGV[7])
