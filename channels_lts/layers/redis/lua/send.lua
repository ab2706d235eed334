-- Sends one message to one channel.
-- ARGV: 5 channel without its process-local part, 6 capacity, 7 key for the message
-- Returns TAKEN, FULL, or ENDED: the channel's process has ended, and nobody gets the message.
return send(ARGV[5], tonumber(ARGV[6]), ARGV[7])
