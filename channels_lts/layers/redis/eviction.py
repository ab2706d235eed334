"""
A Redis that makes room by removing keys. All of the layer's have an expiry, so any policy but
noeviction takes them: messages, groups and leases would be gone, and nobody be told.
"""
import logging
import threading

from asgi_redis.core import BaseRedisChannelLayer
from redis.client import parse_info
from redis.exceptions import RedisError

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
    """Yields a text for each server that would evict; nothing of one that doesn't answer."""
    if not isinstance(layer, BaseRedisChannelLayer):
        return
    for shard in range(layer.ring_size):
        try:
            memory = _memory_of(layer.connection(shard).connection_pool)
        except RedisError:  # it is away, or INFO isn't allowed
            continue
        policy = memory.get("maxmemory_policy", "noeviction")
        if memory.get("maxmemory") and policy != "noeviction":
            yield ("Redis at %s removes keys when its memory is full (maxmemory-policy %s): "
                   "messages and groups would be lost without a word" % (memory["at"], policy))


def _memory_of(pool):
    """INFO's section, on a connection that doesn't stay; "at": which server."""
    connection = pool.connection_class(**pool.connection_kwargs)
    try:
        connection.send_command("INFO", "memory")
        return dict(parse_info(connection.read_response()), at=address_of(vars(connection)))
    finally:
        connection.disconnect()
