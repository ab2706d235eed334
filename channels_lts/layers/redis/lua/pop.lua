-- Takes the oldest live entry of the first list that has one: {list, entry, milliseconds
-- that it had left (-1: the entry says so itself)}, or nil.
-- KEYS: lists. A message in a key of its own is returned as an entry of format 0.
for _, list in ipairs(KEYS) do
    local entry = redis.call('LPOP', list)
    while entry do
        if is_bundle(entry) then
            if not is_stale(entry) then
                return {list, entry, -1}
            end
        else
            local left = redis.call('PTTL', entry)
            local content = redis.call('GET', entry)
            if content then
                redis.call('DEL', entry)
                return {list, string.char(0, 0) .. content, left}
            end
        end
        entry = redis.call('LPOP', list)
    end
end
return false
