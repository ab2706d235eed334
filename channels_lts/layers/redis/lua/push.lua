-- Sends one bundle to a process that is in a group on another server.
-- ARGV: 5 process, 6 names
-- Returns TAKEN, FULL, ENDED, or -1 when this server doesn't know that it reads bundles.
local capacity = capacity_of(ARGV[5])
if not capacity then
    return -1
elseif capacity == 0 then
    return ENDED
end
return push_bundle(ARGV[5], capacity, ARGV[6])
