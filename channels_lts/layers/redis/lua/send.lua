-- One message to one channel.
-- ARGV: 5 channel without its process-local part, 6 capacity, 7 key for the message
-- Returns TAKEN, FULL, or ENDED: the process whose channel it is has, and nobody gets it.
local channel, capacity = ARGV[5], tonumber(ARGV[6])
if string.sub(channel, -1) == '!' then
    local bundled = capacity_of(channel)
    if bundled == 0 then
        return ENDED
    elseif bundled then
        return push_bundle(channel, capacity, '')
    end
end
local list = prefix .. channel
if not has_room(list, capacity) then
    return FULL
end
redis.call('SET', ARGV[7], ARGV[4], 'PX', math.ceil(expiry * 1000))
append(list, ARGV[7])
return TAKEN
