"""
Connecting to Redis with redis-py 2.10, which supports no user names and doesn't decode passwords:
for the channel layer, the cache (OPTIONS["CONNECTION_POOL_CLASS"] of django_redis) and scripts.
"""
from .connections import ConnectionPool
from .errors import AccessRefused, Unavailable
from .sentinel import MasterPool
from .url import parse, redact, with_credentials

__all__ = ["AccessRefused", "ConnectionPool", "MasterPool", "Unavailable", "parse", "redact",
           "with_credentials"]
