-- The live entries of a list, oldest first, and the time in seconds: {time, entries, taken}.
-- KEYS: list. ARGV: 5 how many at most. `taken` includes the expired ones.
local found = {}
local entries = redis.call('LRANGE', KEYS[1], 0, ARGV[5] - 1)
if #entries > 0 then
    redis.call('LTRIM', KEYS[1], #entries, -1)
end
for _, entry in ipairs(entries) do
    if is_bundle(entry) then
        if not is_stale(entry) then
            found[#found + 1] = entry
        end
    else
        local content = redis.call('GET', entry)
        if content then
            redis.call('DEL', entry)
            found[#found + 1] = string.char(0, 0) .. content
        end
    end
end
return {string.format('%.6f', now()), found, #entries}
