-- Sends one message to all members of a group.
-- KEYS: group; and its history, if the message is to be kept there (layers/redis/history.py)
-- ARGV: 5 seconds for which a member stays, 6 whether the lists of all processes are on this server
-- ('1'); 7 the message's number, 8 how many messages are kept, 9 how many bytes, 10 for how many
-- seconds
-- Returns {others, taken, dropped, elsewhere}: the channels that get the message from the caller,
-- {process, amount, ...} of the lists that accepted it and of those that were full, and {process,
-- names, amount, ...} for the servers with the other lists.
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, string.format('%.6f', now() - ARGV[5]))
local others, taken, dropped, elsewhere = {}, {}, {}, {}
local names, capacities, order = {}, {}, {}
local process, length, own = nil, 0, nil
for _, channel in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    -- Members of one process tend to follow each other.
    if not process or string.sub(channel, 1, length) ~= process then
        length = string.find(channel, '!', 1, true)
        process = length and string.sub(channel, 1, length)
        if process and capacities[process] == nil then
            capacities[process] = capacity_of(process) or false
            names[process] = {}
            order[#order + 1] = process
        end
        own = process and capacities[process] and names[process]
    end
    if own then
        own[#own + 1] = string.sub(channel, length + 1)
    else
        others[#others + 1] = channel
    end
end
for _, each in ipairs(order) do
    local capacity, list = capacities[each], names[each]
    if capacity == 0 then
        for _, name in ipairs(list) do
            redis.call('ZREM', KEYS[1], each .. name)
        end
    elseif capacity and ARGV[6] == '1' then
        local answer = push_bundle(each, capacity, table.concat(list, '\n'))
        local told = answer == TAKEN and taken or dropped
        told[#told + 1] = each
        told[#told + 1] = #list
    elseif capacity then
        elsewhere[#elsewhere + 1] = each
        elsewhere[#elsewhere + 1] = table.concat(list, '\n')
        elsewhere[#elsewhere + 1] = #list
    end
end

local function keep(history, number, most, most_bytes, seconds)
    local entry = number .. ' ' .. ARGV[4]
    local length = redis.call('RPUSH', history, entry)
    local floor, bytes = string.format('%.0f', number - 1), 0
    if length > 1 then
        floor, bytes = string.match(redis.call('LPOP', history), '^(%d+) (%d+)$')
        length = length - 1
    end
    bytes = bytes + #entry
    while length > tonumber(most) or bytes > tonumber(most_bytes) do
        local oldest = redis.call('LPOP', history)
        local gone = string.match(oldest, '^%d+')
        floor = tonumber(gone) > tonumber(floor) and gone or floor
        length, bytes = length - 1, bytes - #oldest
    end
    redis.call('LPUSH', history, string.format('%s %.0f', floor, bytes))
    redis.call('EXPIRE', history, seconds)
end

if KEYS[2] then
    keep(KEYS[2], ARGV[7], ARGV[8], ARGV[9], ARGV[10])
end
return {others, taken, dropped, elsewhere}
