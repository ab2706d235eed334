"""
The connections of a cache in Redis, which take its server for away when the layer does.
"""
from functools import partial

import redis
from redis.exceptions import TimeoutError

from channels_lts.redis.connections import address_of

from . import shards
from .circuit_breaker import CircuitBreaker
from .outage import Outage

QUESTION = "PING",
breakers = {}  # (address, user name): (CircuitBreaker, its number of the server)


class CacheClient(redis.StrictRedis):
    """
    For django_redis, with channels_lts.redis.ConnectionPool:

        "OPTIONS": {"REDIS_CLIENT_CLASS": "channels_lts.layers.redis.cache.CacheClient", …}

    A server that doesn't answer holds up one caller: the others hear at once, or after
    `Shards.retry_seconds` if it has just gone, that it is away, until it answers again. One line
    in the log tells of each; none if the channel layer, on the same server, has told it.

    What wasn't answered in time is asked once more, on a new connection: it may run twice.
    """

    def execute_command(self, *args, **options):
        ask = partial(super().execute_command, *args, **options)
        try:
            return self._call(ask)
        except TimeoutError:
            return self._call(ask)

    def _call(self, ask):
        breaker, shard = breaker_of(self)
        return breaker.call_until(shard, ask, shards.Shards.retry_seconds)


def breaker_of(client):
    """The layer's for this server if there is one in this process by now, or one of its own."""
    options = client.connection_pool.connection_kwargs
    server = address_of(options), options.get("username")
    if server not in breakers:
        breakers[server] = shards.breaker_at(server[0]) or (new_breaker(client, *server), 0)
    return breakers[server]


def new_breaker(client, name, username):
    return CircuitBreaker(lambda shard: client, [Outage(name, username=username)], QUESTION)
