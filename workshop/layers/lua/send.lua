-- One message to one channel.
-- ARGV: 8 channel without its process-local part, 9 capacity, 10 key for the message,
-- 11 whether it counts as dropped when the channel is full ('1'), or will be tried again ('0')
-- Returns 1, or 0 when the channel is full.
local channel, capacity = ARGV[8], tonumber(ARGV[9])
if string.sub(channel, -1) == '!' then
    local bundled = capacity_of(channel)
    if bundled == 0 then
        return 1
    elseif bundled then
        return push_bundle(channel, capacity, '', 1, ARGV[11] ~= '1') and 1 or 0
    end
end
local list = prefix .. channel
if not has_room(list, capacity) then
    if ARGV[11] == '1' then
        count(channel, 'channel_full_count', 1)
    end
    return 0
end
redis.call('SET', ARGV[10], ARGV[7], 'PX', math.ceil(expiry * 1000))
append(list, ARGV[10])
count(channel, 'messages_count', 1)
return 1
