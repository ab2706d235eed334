-- One bundle for a process, found in a group on another server.
-- ARGV: 8 process, 9 names, 10 amount
-- Returns 1, 0 when it is full, or -1 when this server doesn't know that it reads bundles.
local capacity = capacity_of(ARGV[8])
if not capacity then
    return -1
elseif capacity == 0 then
    return 1
end
return push_bundle(ARGV[8], capacity, ARGV[9], tonumber(ARGV[10])) and 1 or 0
