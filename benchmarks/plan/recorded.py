"""
The costs of one thing each, out of a recorded run of `growth`.
"""
import glob
import json
import os
from collections import namedtuple

from ..growth import polls, processes, series, sockets
from ..report import RESULTS

# Seconds of one processor, and commands of Redis
Cost = namedtuple("Cost", series.COST)

# connect: a socket that opens, joins a group, and closes · frame: from a socket to a group of one,
# by a consumer · member, bundle: what one more member, and one more daphne that they are at, adds
# to a send · page: a view without a database · ping: of daphne, with its pong
# daphne_bytes, redis_bytes: of one socket in one group · empty_bytes: of a daphne without sockets
# idle: {"daphnes", "workers"}: commands a second of one at one shard · connections: the same
Costs = namedtuple("Costs", "connect frame member bundle page ping daphne_bytes redis_bytes "
                            "empty_bytes idle connections")


def newest(question="growth"):
    """The paths of what was recorded last, all of one day: <date>-growth.json, -growth-….json."""
    found = [os.path.splitext(path)[0] for path in
             glob.glob(os.path.join(RESULTS, "*-%s.json" % question))
             + glob.glob(os.path.join(RESULTS, "*-%s-*.json" % question))]
    day = max((os.path.basename(path)[:10] for path in found), default=None)
    return [path + ".json" for path in sorted(found) if os.path.basename(path).startswith(day)]


def read(paths, question="growth"):
    """
    The results of a question in files that its `--slug` or `--json` wrote; a later one's take the
    place of an earlier one's.
    """
    found = {}
    for path in paths:
        with open(path) as stream:
            found.update(json.load(stream)["results"][question])
    return found


def costs(results):
    members, daphnes = results["members of a group"], results["daphnes"]
    empty, per_socket = slope(members[sockets.DAPHNE_MEMORY])
    return Costs(
        connect=at(results["groups of a socket"][sockets.OPENED], 0),
        frame=at(results["rooms"][sockets.ECHOED], -1),
        member=growing(members[sockets.SENT]),
        bundle=growing(daphnes[processes.SENT]),
        page=at(results["open long polls"][polls.PAGE], 0),
        ping=at(results["sockets that are pinged"][sockets.PINGED], -1),
        daphne_bytes=per_socket * 1e6,
        redis_bytes=slope(members[sockets.REDIS_MEMORY])[1] * 1e6,
        empty_bytes=empty * 1e6,
        idle={name: slope(results[name][processes.IDLE])[1] for name in ("daphnes", "workers")},
        connections={name: slope(results[name][processes.CONNECTIONS])[1]
                     for name in ("daphnes", "workers")},
    )


def at(found, place):
    return Cost(*(found[column][place] for column in series.COST))


def growing(found):
    """What one more of what grows costs."""
    return Cost(*(max(series.line(found["sizes"], found[column])[1], 0) if any(found[column])
                  else 0 for column in series.COST))


def slope(found):
    return series.line(found["sizes"], found["value"])
