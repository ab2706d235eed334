"""
The layer's Lua scripts, by name.
"""
import os

from channels_lts.redis.scripts import Script

FULL, TAKEN, ENDED = 0, 1, 2  # the answers of send and push, as in lua/common.lua
DONE = TAKEN, ENDED  # nothing is left to do

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lua")

send = Script(FOLDER, "send")
group = Script(FOLDER, "group")
push = Script(FOLDER, "push")
pop = Script(FOLDER, "pop")
drain = Script(FOLDER, "drain")
register = Script(FOLDER, "register")
beat = Script(FOLDER, "beat")
report = Script(FOLDER, "report")
withdraw = Script(FOLDER, "withdraw")
number = Script(FOLDER, "number")
store = Script(FOLDER, "store")
join = Script(FOLDER, "join")
accept = Script(FOLDER, "accept")
ALL = (send, group, push, pop, drain, register, beat, report, withdraw, number, store, join,
       accept)
