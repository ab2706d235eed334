-- One message to all members of a group.
-- KEYS: group. ARGV: 5 seconds for which a member stays, 6 whether the lists of all
-- processes are on this server ('1')
-- Returns {others, taken, dropped, elsewhere}: the channels that get the message from the caller,
-- {process, amount, ...} of what took it and of what was full, and {process, names, amount, ...}
-- for the servers where those lists are.
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
return {others, taken, dropped, elsewhere}
