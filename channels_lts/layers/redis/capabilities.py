"""
What layers built on Redis can do beyond what channels requires.
"""
import copy

from channels_lts.redis import redact

from .. import base
from . import envelope
from .history import GroupHistory
from .liveness import Liveness
from .numbers import Numbers
from .socket_store import AcceptingStore, SocketStore

DRAIN = {"channels_lts": "drain"}  # sent to the process channel itself, where nothing else is sent


class OnRedis(base.Capabilities):
    """For every layer derived from asgi_redis's."""
    waits = True
    daphne_leaves_marks = False  # used to notice lost groups (daphne/heartbeat.py)
    socket_store = SocketStore

    def __init__(self, layer):
        super().__init__(layer)
        self.redis = layer
        self.liveness = Liveness(layer)
        self.numbers = Numbers(layer, self.ask)
        self.sockets = self.socket_store(layer, self.ask, self.daphne_leaves_marks)

    def beat(self, kind, name, details):
        self.liveness.beat(kind, name, details)

    def alive(self, kind):
        return self.liveness.alive(kind)


class StockSentinelCapabilities(OnRedis):
    """For asgi_redis's own layers."""

    def __init__(self, layer):
        super().__init__(layer)
        # How long it waits is an attribute, and other threads receive on the layer too.
        self._waiting = copy.copy(layer)

    def receive_within(self, channels, seconds):
        self._waiting.blpop_timeout = int(seconds)
        return self._waiting.receive(channels, block=seconds > 0)


class StockRedisCapabilities(StockSentinelCapabilities):
    """For the one configured with its servers' URLs."""

    def address(self):
        return ", ".join(redact(host) for host in self.layer.hosts)


class RedisCapabilities(OnRedis):
    """For our layers."""
    logs_outages = True
    knows_daphnes = True
    daphne_leaves_marks = True
    socket_store = AcceptingStore

    def __init__(self, layer):
        super().__init__(layer)
        self.history = GroupHistory(layer, self.ask)
        self.metrics = layer.metrics

    def address(self):
        return ", ".join(self.layer.server_names())

    def receive_within(self, channels, seconds):
        return self.layer.receiver.receive(list(channels), seconds)

    def is_away(self):
        return all(each.since is not None for each in self.layer.outages)

    def ask(self, shard, ask):
        return self.layer.shards.call(shard, ask)

    def sweep(self):
        self.layer.group_sweeper.go_on()

    def settle(self):
        self.layer.settle()

    def drain(self, process):
        # Not as a worker's reply, whose result is known only later.
        if not self.layer.sender.send(envelope.write(self.layer, process, DRAIN)):
            raise self.layer.ChannelFull

    def report(self, is_last=False):
        self.layer.drop_log.tell(is_last)
        self.layer.report_statistics()
