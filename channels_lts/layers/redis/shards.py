"""
The servers of a layer: which one is for what, and querying one that may be away.
"""
import itertools
import time
import weakref

from redis.exceptions import ConnectionError
from twisted.python.threadable import isInIOThread

from ..metrics import ROUND_TRIP, NoMetrics
from .circuit_breaker import CircuitBreaker
from .outage import Outage

ALL = weakref.WeakSet()  # of this process


class Shards:
    """
    The servers of a layer, by their numbers from 0 to `count` - 1.

    `outages`: for each server, its Outage; `circuit_breaker`: queries them.
    """
    retry_seconds = 2  # seconds that a server has to be away before a sender gives up

    def __init__(self, connection, names, home, question, metrics=None):
        """
        `connection(shard)`: the redis.Redis of a server. `names`: of the servers, for a log.
        `home(name)`: the server for what lives on one only: a group, a single-reader channel.
        `question`: a command that only a server accepting writes answers. `metrics`: None for
        NoMetrics.
        """
        self.metrics = metrics or NoMetrics()
        self.connection = connection
        self.home = home
        self.outages = [Outage(name, username=_username(connection(shard)))
                        for shard, name in enumerate(names)]
        self.circuit_breaker = CircuitBreaker(connection, self.outages, question)
        self.count = len(names)
        ALL.add(self)
        self._turns = itertools.cycle(
            [[(first + step) % self.count for step in range(self.count)]
             for first in range(self.count)])

    def taking(self, channel):
        """The servers that may accept a message to a channel, in the order to try them."""
        if "!" in channel or "?" in channel:
            return [self.home(channel)]
        return next(self._turns)

    def grouped(self, items, channel_of):
        """{server: its items}. `channel_of(item)`: the channel that an item is for."""
        found = {}
        for item in items:
            found.setdefault(self.taking(channel_of(item))[0], []).append(item)
        return found

    def call(self, shard, ask):
        """
        The result of `ask()`, which queries this server; retried for `retry_seconds` if it is away.
        Raises RedisError.
        """
        if isInIOThread():  # daphne's reactor mustn't wait
            return self.circuit_breaker.call(shard, self._timed(ask))
        return self.circuit_breaker.call_until(shard, self._timed(ask), self.retry_seconds)

    def _timed(self, ask):
        def timed():
            began = time.perf_counter()
            answer = ask()
            self.metrics.observe(ROUND_TRIP, seconds=time.perf_counter() - began)
            return answer
        return timed

    def call_first(self, shards, ask):
        """
        Whether one of these servers answers `ask(shard)` with True. Those that are away are tried
        last, and only the last one is retried. Raises RedisError.
        """
        if len(shards) > 1:
            shards = sorted(shards, key=self.circuit_breaker.is_away)
        *others, last = shards
        for shard in others:
            try:
                if self.circuit_breaker.call(shard, self._timed(lambda: ask(shard))):
                    return True
            except ConnectionError:
                continue
        return self.call(last, lambda: ask(last))


def _username(client):
    return client.connection_pool.connection_kwargs.get("username")


def breaker_of(pool):
    """
    (the CircuitBreaker of a layer in this process that uses the same server as a connection pool,
    the server's number), or None.
    """
    for shards in list(ALL):
        for shard in range(shards.count):
            if shards.connection(shard).connection_pool.key == pool.key:
                return shards.circuit_breaker, shard
    return None
