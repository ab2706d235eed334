-- Takes numbers that nobody has had, whatever this server has forgotten: one that has been started
-- again, or was a replica, may have an older state than was told. Then it goes on a million above
-- what it knows, or at its clock's microseconds, which counts are behind.
-- KEYS: hash of the number that was taken last, and of the run in which it was.
-- ARGV: 5 how many (0: none), 6 a number that was taken for certain, of this hash or another
-- Returns the last.
local function run()
    local server, replication = redis.pcall('INFO', 'server'), redis.pcall('INFO', 'replication')
    if type(server) ~= 'string' or type(replication) ~= 'string' then  -- the user may not ask
        return ''
    end
    return (string.match(server, 'run_id:(%w+)') or '')
           .. (string.match(replication, 'master_replid:(%w+)') or '')
end

local number, here = tonumber(redis.call('HGET', KEYS[1], 'number')), run()
if not number or redis.call('HGET', KEYS[1], 'run') ~= here then
    number = math.max(math.floor(now() * 1e6), (number or 0) + 1e6, ARGV[6] + 1)
    redis.call('HSET', KEYS[1], 'number', string.format('%.0f', number))
    redis.call('HSET', KEYS[1], 'run', here)
end
if tonumber(ARGV[5]) > 0 then
    number = redis.call('HINCRBY', KEYS[1], 'number', ARGV[5])
end
return number
