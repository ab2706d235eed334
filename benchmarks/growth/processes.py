"""
Daphnes, workers and shards that share the work, and what they cost while there is none.
"""
import time

from . import series
from .sockets import ECHOED, SENT, echoes, sends

IDLE = "nothing, for a second: Redis commands"
CONNECTIONS = "connections to each Redis"
SOCKETS = 400
FEW = 8  # so that members don't drown out the cost of one more daphne
IDLE_SECONDS = 9  # every beat and report occurs at least once


def daphnes(options, left_out, say, sizes):
    return _each(sizes, options, lambda size: series.ours(
        options, left_out, say, servers=size), sent=True, members=FEW)


def workers(options, left_out, say, sizes):
    return _each(sizes, options, lambda size: series.ours(
        options, left_out, say, workers=size), echoed=True)


def shards(options, left_out, say, sizes):
    return _each(sizes, options, lambda size: series.ours(
        options, left_out, say, shards=size), sent=True, echoed=True)


def _each(sizes, options, start, sent=False, echoed=False, members=SOCKETS):
    """The series of IDLE and CONNECTIONS, and those that are asked for."""
    found = {}
    for size in sizes:
        with start(size) as contestant:
            contestant.open(["/group/everybody/"] * members)
            contestant.settle()
            found.setdefault(IDLE, []).append(idle_commands(contestant))
            if sent:
                found.setdefault(SENT, []).append(
                    series.cost(contestant, sends(["everybody"], []), options))
            if echoed:
                contestant.client.ask("close")
                contestant.settle()
                contestant.open(["/groups/1/of%d/" % number for number in range(SOCKETS)])
                found.setdefault(ECHOED, []).append(series.cost(contestant, echoes, options))
            found.setdefault(CONNECTIONS, []).append(connections(contestant))
    return {figure: (series.costs(sizes, each) if figure in (SENT, ECHOED)
                     else series.values(sizes, each, ""))
            for figure, each in found.items()}


def idle_commands(contestant):
    before, started = contestant.usage()["commands"], time.monotonic()
    time.sleep(IDLE_SECONDS)
    return (contestant.usage()["commands"] - before) / (time.monotonic() - started)


def connections(contestant):
    """The most that any Redis has, without ours and the sender's."""
    return max(redis.connection.info("clients")["connected_clients"] - 2
               for redis in contestant.redises)
