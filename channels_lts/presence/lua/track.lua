-- Adds a socket to scopes. Repeating it adds what is new and changes nothing else.
-- KEYS: exists if the socket has closed meanwhile: its disconnect may already have been handled.
-- ARGV: 4 process, 5 socket, 6 user, 7 seconds after which changes are sent again, 8 ... scopes
-- Returns the scopes in which the user is new.
if redis.call('EXISTS', KEYS[1]) == 1 then
    return {}
end
local process, socket, user, news = ARGV[4], ARGV[5], ARGV[6], {}
local joined, version, scopes = now, version_of(process), ''
local value = redis.call('HGET', sockets_of(process), socket)
if value then
    joined, version, user, scopes = parse(value)
end
for at = 8, #ARGV do
    local scope = ARGV[at]
    if not string.find('\n' .. scopes .. '\n', '\n' .. scope .. '\n', 1, true) then
        scopes = scopes == '' and scope or scopes .. '\n' .. scope
        if redis.call('HINCRBY', people_in(scope), user, 1) == 1
                and redis.call('ZREM', prefix .. 'leaving', scope .. '\n' .. user) == 0 then
            note_news(scope, user, ARGV[7])
            news[#news + 1] = scope
        end
    end
end
redis.call('HSET', sockets_of(process), socket,
           joined .. '\n' .. version .. '\n' .. user .. '\n' .. scopes)
redis.call('HSETNX', prefix .. 'processes', process, version .. ' ' .. now)
return news
