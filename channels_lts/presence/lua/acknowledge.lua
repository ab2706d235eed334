-- Confirms that changes have been sent. ARGV: 4 ... scope, user and "1" or "0", repeated
-- Returns the positions, from 1, of those that are no longer true.
local wrong = {}
for at = 4, #ARGV, 3 do
    local scope, user, is_present = ARGV[at], ARGV[at + 1], ARGV[at + 2] == '1'
    if (redis.call('HEXISTS', people_in(scope), user) == 1) == is_present then
        redis.call('ZREM', prefix .. 'unacknowledged', scope .. '\n' .. user)
    else
        wrong[#wrong + 1] = (at - 4) / 3 + 1
    end
end
return wrong
