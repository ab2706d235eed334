"""
A plan by multiplication.
"""
import math
from collections import namedtuple

PING_SECONDS = 20  # daphne's default
FRAME_BYTES = 70  # around a text: WebSocket, TCP, IP, Ethernet
BUNDLE_BYTES = 100  # around one: its head, the name of a socket, RESP, TCP, IP, Ethernet


class Load(namedtuple("Load", "sockets room frames_per_minute minutes pages_per_hour text_bytes "
                              "busy spread daphnes_of_room")):
    """
    `sockets` are open, in rooms of `room`; each sends `frames_per_minute`, stays for `minutes` and
    asks for `pages_per_hour`. `text_bytes`: of a frame. `busy`: the share of a processor that is to
    be used. `spread`: seconds in which the sockets of a daphne that ends come back.
    `daphnes_of_room`: that the sockets of one room are at; 0: any.
    """
    __slots__ = ()

    def __new__(cls, sockets=1000000, room=20, frames_per_minute=1.0, minutes=30.0,
                pages_per_hour=2.0, text_bytes=150, busy=0.5, spread=10.0,
                daphnes_of_room=0):
        return super().__new__(cls, sockets, room, frames_per_minute, minutes, pages_per_hour,
                               text_bytes, busy, spread, daphnes_of_room)

    @property
    def frames(self):
        """That sockets send, a second."""
        return self.sockets * self.frames_per_minute / 60

    @property
    def connects(self):
        return self.sockets / (self.minutes * 60)

    @property
    def pages(self):
        return self.sockets * self.pages_per_hour / 3600

    @property
    def pings(self):
        return self.sockets / PING_SECONDS

    def bundles(self, daphnes):
        """Of one send: the daphnes that the members of a room are expected to be at."""
        among = self.among(daphnes)
        return among * (1 - (1 - 1 / among) ** self.room)

    def among(self, daphnes):
        """Of this many, those that one room may be at."""
        return min(self.daphnes_of_room or daphnes, daphnes)


# How many of each; what they use together, in processors: `used` {"daphne", "worker", "redis"};
# `commands`: of all shards, a second, with what they get while nothing happens
Plan = namedtuple("Plan", "daphnes workers shards used commands")


def used(load, costs, daphnes):
    """{"daphne", "worker", "redis": processors, "commands": a second} of a load."""
    bundles = load.bundles(daphnes)
    rates = ((load.connects, costs.connect), (load.frames, costs.frame),
             (load.frames * (load.room - 1), costs.member),
             (load.frames * (bundles - 1), costs.bundle),
             (load.pages, costs.page), (load.pings, costs.ping._replace(worker=0, redis=0,
                                                                        commands=0)))
    return {column: sum(rate * getattr(cost, column) for rate, cost in rates)
            for column in costs.frame._fields}


def plan(load, costs):
    """As few as are busy for no more than `load.busy` of their time."""
    daphnes = 1
    for _ in range(50):  # more daphnes, more bundles: it settles soon
        needed = used(load, costs, daphnes)
        daphnes = max(1, math.ceil(needed["daphne"] / load.busy))
    workers, shards = (max(1, math.ceil(needed[name] / load.busy)) for name in ("worker", "redis"))
    idle = shards * (daphnes * costs.idle["daphnes"] + workers * costs.idle["workers"])
    return Plan(daphnes, workers, shards, needed, needed["commands"] + idle)


def bandwidth(load, daphnes):
    """Bits a second: {"browsers": from all daphnes, "redis": from all shards to daphnes}."""
    sent = load.frames * load.room * (load.text_bytes + FRAME_BYTES)
    bundles = load.frames * load.bundles(daphnes) * (load.text_bytes + BUNDLE_BYTES)
    return {"browsers": sent * 8, "redis": bundles * 8}


def connections(planned, costs):
    """To each Redis."""
    return (planned.daphnes * costs.connections["daphnes"]
            + planned.workers * costs.connections["workers"])
