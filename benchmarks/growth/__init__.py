"""
What grows, at three sizes each. A dimension is a function of (options, left_out, say, sizes) that
returns {figure: a series (see `series`)}.
"""
from collections import OrderedDict, namedtuple

from . import polls, processes, rows, sockets

# `work`: {figure: the exponent of the work itself}, of all that `measure` returns
Dimension = namedtuple("Dimension", "measure sizes work")

DIMENSIONS = OrderedDict((
    ("groups of a socket", Dimension(sockets.groups, (1, 5, 25), {
        sockets.OPENED: 1, sockets.ECHOED: 0})),
    ("members of a group", Dimension(sockets.members, (100, 500, 2000), {
        sockets.SENT: 1, sockets.LAST: 1, sockets.DAPHNE_MEMORY: 1, sockets.REDIS_MEMORY: 1})),
    ("rooms", Dimension(sockets.rooms, (100, 500, 2000), {sockets.ECHOED: 0})),
    ("sockets that are pinged", Dimension(sockets.pings, (100, 400, 1600), {sockets.PINGED: 0})),
    ("open long polls", Dimension(polls.polls, (50, 200, 800), {
        polls.POLLED: 0, polls.PAGE: 0, polls.MEMORY: 1})),
    ("rows of a bound table", Dimension(rows.rows, (100, 1000, 10000), {
        rows.SAVED: 0, rows.LISTED: 0, rows.FRAME: 0})),
    ("daphnes", Dimension(processes.daphnes, (1, 2, 4), {
        processes.SENT: 1, processes.IDLE: 1, processes.CONNECTIONS: 1})),
    ("workers", Dimension(processes.workers, (1, 2, 4), {
        processes.ECHOED: 0, processes.IDLE: 1, processes.CONNECTIONS: 1})),
    ("shards", Dimension(processes.shards, (1, 2, 4), {
        processes.ECHOED: 0, processes.SENT: 0, processes.IDLE: 1, processes.CONNECTIONS: 1})),
))
