-- Takes numbers that nobody has had, whatever this server has lost: after a restart, or as a
-- promoted replica, its state may be older than what was announced. Then it continues a million
-- above what it knows, or at its clock's microseconds, which no count reaches.
-- KEYS: hashes with the number taken last, and the run of the server in which it was taken.
-- ARGV: 5 how many of each (0: none), 6 a number known to have been taken, from any of the hashes
-- Returns the last of each.
local function run()
    local server, replication = redis.pcall('INFO', 'server'), redis.pcall('INFO', 'replication')
    if type(server) ~= 'string' or type(replication) ~= 'string' then  -- the user may not ask
        return ''
    end
    return (string.match(server, 'run_id:(%w+)') or '')
           .. (string.match(replication, 'master_replid:(%w+)') or '')
end

local here, found = run(), {}
for at, key in ipairs(KEYS) do
    local number = tonumber(redis.call('HGET', key, 'number'))
    if not number or redis.call('HGET', key, 'run') ~= here then
        number = math.max(math.floor(now() * 1e6), (number or 0) + 1e6, ARGV[6] + 1)
        redis.call('HSET', key, 'number', string.format('%.0f', number))
        redis.call('HSET', key, 'run', here)
    end
    if tonumber(ARGV[5]) > 0 then
        number = redis.call('HINCRBY', key, 'number', ARGV[5])
    end
    found[at] = number
end
return found
