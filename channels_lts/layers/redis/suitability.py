"""
Settings of a Redis server that would lose or break what the layer keeps there. Read with INFO,
which managed servers allow where they forbid CONFIG.
"""
import logging
import threading
from collections import namedtuple

from asgi_redis.core import BaseRedisChannelLayer
from redis.client import parse_info
from redis.exceptions import RedisError, ResponseError

from channels_lts.redis.connections import address_of
from channels_lts.redis.errors import CLUSTER_PROBLEM

from ..base import capabilities_of

logger = logging.getLogger(__name__)

# `is_fatal`: nothing works; our layers log that themselves as soon as they use the server.
Problem = namedtuple("Problem", "text is_fatal")


def warn_soon(layer):
    """
    Logs each server of a layer, ours or asgi_redis's own, that would lose data, from a separate
    thread: neither startup nor shutdown waits for Redis. Does nothing for other layers.
    """
    threading.Thread(target=_warn, args=(layer,), daemon=True).start()


def _warn(layer):
    is_told = capabilities_of(layer).logs_outages
    for problem in problems(layer):
        if not problem.is_fatal:
            logger.warning(problem.text)
        elif not is_told:
            logger.error(problem.text)


def problems(layer):
    """
    Yields a Problem for each server that evicts keys or is part of a Cluster, or doesn't let this
    user find out; nothing for one that doesn't answer.
    """
    if not isinstance(layer, BaseRedisChannelLayer):
        return
    for shard in range(layer.ring_size):
        pool = layer.connection(shard).connection_pool
        connection = pool.connection_class(**pool.connection_kwargs)  # a temporary one
        try:
            yield from _problems_of(connection)
        except RedisError:  # it is away
            continue
        finally:
            connection.disconnect()


def _problems_of(connection):
    try:
        found = _info(connection)
    except ResponseError as error:
        yield Problem("Redis at %s doesn't let this user ask for INFO: whether it removes keys or "
                      "comes back with an older state can't be seen (%s)" % (
                          address_of(vars(connection)), error), False)
        return
    if found.get("cluster_enabled"):
        yield Problem("Redis at %s %s" % (address_of(vars(connection)), CLUSTER_PROBLEM), True)
    # Almost all of the layer's keys have an expiry, so any policy but noeviction may delete them:
    # messages, groups, sessions of sockets and leases would be lost.
    policy = found.get("maxmemory_policy", "noeviction")
    if found.get("maxmemory") and policy != "noeviction":
        yield Problem("Redis at %s removes keys when its memory is full (maxmemory-policy %s): "
                      "messages and groups would be lost silently" % (
                          address_of(vars(connection)), policy), False)


def _info(connection):
    connection.send_command("INFO")
    return parse_info(connection.read_response())
