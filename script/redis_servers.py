"""
The Redis servers in the environment, as read by workshop/settings.py.
"""
import os
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from channels_lts.redis import ConnectionPool, with_credentials  # noqa: E402

SECONDS = 3  # to connect, and for an answer


def urls():
    """The URLs in REDIS_URL. Raises ValueError, without a password."""
    return [with_credentials(url.strip(), os.environ.get("REDIS_USERNAME", ""),
                             os.environ.get("REDIS_PASSWORD", ""))
            for url in os.environ.get("REDIS_URL", "").split(",") if url.strip()]


def ping(url):
    """Raises RedisError (AccessRefused for a wrong password), OSError or ValueError."""
    import redis
    pool = ConnectionPool.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
    redis.StrictRedis(connection_pool=pool).ping()
