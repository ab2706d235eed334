-- Takes back a message that nobody has received yet: its key, and its place in the list.
-- ARGV: 5 channel, 6 key of the message
-- Returns 1, or 0 if it has been received.
local withdrawn = redis.call('DEL', ARGV[6])
if withdrawn == 1 then
    redis.call('LREM', prefix .. ARGV[5], -1, ARGV[6])
end
return withdrawn
