"""
The channel layer on Redis: asgi_redis with bundled groups, a daphne that never blocks, and retries
during an outage. docs/layer.md says how it works and what it guarantees.
"""

__all__ = ["RedisChannelLayer", "RedisSentinelChannelLayer"]


def __getattr__(name):
    """
    The layers, created on first access (PEP 562): workers and presence use the other parts in
    projects that have neither Redis nor hiredis.
    """
    if name not in __all__:
        raise AttributeError("%s has no %r" % (__name__, name))
    from . import layer
    return getattr(layer, name)
