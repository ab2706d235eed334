"""
The channel layer on Redis: asgi_redis with bundled groups, a waiting daphne and a long breath.

docs/layer.md says how it works and what it guarantees.
"""

__all__ = ["RedisChannelLayer", "RedisSentinelChannelLayer"]


def __getattr__(name):
    """
    The layers, made when they are asked for (PEP 562): workers and presence want the parts beside
    them in projects that have no Redis, and no hiredis.
    """
    if name not in __all__:
        raise AttributeError("%s has no %r" % (__name__, name))
    from . import layer
    return getattr(layer, name)
