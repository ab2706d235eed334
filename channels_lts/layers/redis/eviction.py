"""
A Redis that makes room by removing keys. Almost all of the layer's have an expiry, so any policy
but noeviction takes them: messages, groups, sessions of sockets and leases would be gone, and
nobody be told.
"""
import logging
import threading

from asgi_redis.core import BaseRedisChannelLayer
from redis.client import parse_info
from redis.exceptions import RedisError, ResponseError

from channels_lts.redis.connections import address_of

logger = logging.getLogger(__name__)


def warn_soon(layer):
    """
    Logs each server of a layer, ours or asgi_redis's own, that would evict, in a thread of its
    own: a start waits for no Redis, and a process that ends doesn't either. Of other layers there
    is nothing to say.
    """
    threading.Thread(target=_warn, args=(layer,), daemon=True).start()


def _warn(layer):
    for problem in problems(layer):
        logger.warning(problem)


def problems(layer):
    """
    Yields a text for each server that would evict, or doesn't let this user ask about it; nothing
    of one that doesn't answer.
    """
    if not isinstance(layer, BaseRedisChannelLayer):
        return
    for shard in range(layer.ring_size):
        pool = layer.connection(shard).connection_pool
        connection = pool.connection_class(**pool.connection_kwargs)  # it doesn't stay
        try:
            yield from _problems_of(connection)
        except RedisError:  # it is away
            continue
        finally:
            connection.disconnect()


def _problems_of(connection):
    try:
        memory = _memory_of(connection)
    except ResponseError as error:
        yield ("Redis at %s doesn't let this user ask for INFO: whether it removes keys or comes "
               "back with an older state can't be seen (%s)" % (
                   address_of(vars(connection)), error))
        return
    policy = memory.get("maxmemory_policy", "noeviction")
    if memory.get("maxmemory") and policy != "noeviction":
        yield ("Redis at %s removes keys when its memory is full (maxmemory-policy %s): "
               "messages and groups would be lost without a word" % (
                   address_of(vars(connection)), policy))


def _memory_of(connection):
    connection.send_command("INFO", "memory")
    return parse_info(connection.read_response())
