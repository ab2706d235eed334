"""
A cache's connections to Redis, which treat the server as away when the layer does.
"""
from functools import partial

import redis
from redis.exceptions import TimeoutError

from . import shards
from .circuit_breaker import CircuitBreaker
from .outage import Outage

breakers = {}  # (ConnectionPool.key, user name): (CircuitBreaker, its number of the server)


class CacheClient(redis.StrictRedis):
    """
    For django_redis, with channels_lts.redis.ConnectionPool, or with MasterPool and the URL of a
    service (channels_lts.redis.sentinel) as its LOCATION:

        "OPTIONS": {"REDIS_CLIENT_CLASS": "channels_lts.layers.redis.cache.CacheClient",
                    "CONNECTION_POOL_CLASS": "channels_lts.redis.MasterPool",
                    "CONNECTION_POOL_KWARGS": {"sentinels": [("10.0.0.1", 26379), …]}, …}

    A server that doesn't answer holds up only one caller: until it answers again, the others are
    told that it is away at once, or after `Shards.retry_seconds` if it has only just gone. Each
    outage is one log line; none if the channel layer, on the same server, has logged it.

    A command not answered in time is repeated once, on a new connection: it may run twice.
    """

    def execute_command(self, *args, **options):
        ask = partial(super().execute_command, *args, **options)
        breaker, shard = breaker_of(self, args[1] if len(args) > 1 else "")
        for is_last in (False, True):
            try:
                return breaker.call_until(shard, ask, shards.Shards.retry_seconds)
            except TimeoutError:
                if is_last:
                    raise


def breaker_of(client, key):
    """
    The layer's breaker for this server, if this process has one by now, or a separate one. `key`:
    one that the cache may write to.
    """
    pool = client.connection_pool
    server = pool.key, pool.connection_kwargs.get("username")
    if server not in breakers:
        breakers[server] = shards.breaker_of(pool) or (new_breaker(client, key, server[1]), 0)
    return breakers[server]


def new_breaker(client, key, username):
    # A key that nobody has: if it can be deleted, writes work, which they don't on a replica.
    return CircuitBreaker(
        lambda shard: client, [Outage(client.connection_pool.server, username=username)],
        ("DEL", "%s:channels_lts-probe" % key))
