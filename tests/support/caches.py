"""
The cache of the suite: in memory, and as strict as the ones of a deployment.
"""
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

from channels_lts import ratelimit
from channels_lts.caches import dumps


class JSONLocMemCache(LocMemCache):
    """Accepts only what JSON can hold. Its clock is that of the rate limits."""

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else ratelimit.time() + timeout

    def _has_expired(self, key):
        expiry = self._expire_info.get(key, -1)
        return expiry is not None and expiry <= ratelimit.time()

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        dumps(value)
        return super().add(key, value, timeout, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        dumps(value)
        super().set(key, value, timeout, version)
