"""
The cache of the suite: in memory, and as strict as the ones of a deployment.
"""
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

from workshop.caches import dumps


class JSONLocMemCache(LocMemCache):
    """Takes what JSON can hold, and nothing else."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        dumps(value)
        return super().add(key, value, timeout, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        dumps(value)
        super().set(key, value, timeout, version)
