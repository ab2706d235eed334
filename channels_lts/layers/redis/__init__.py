"""
The channel layer of the site: asgi_redis with bundled groups, a waiting daphne and a long breath.

docs/layer.md says how it works and what it guarantees.
"""
from channels_lts.extras import extra

with extra("redis"):
    from .layer import RedisChannelLayer, RedisSentinelChannelLayer

__all__ = ["RedisChannelLayer", "RedisSentinelChannelLayer"]
