"""
The cache of the processes of one host that have no Redis.
"""
import contextlib
import fcntl
import os
import pickle
import stat
import time
import zlib

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.exceptions import ImproperlyConfigured


class SharedFileCache(FileBasedCache):
    """
    Django's cache in files, but counts are right with several processes (its add and incr read
    first and write then), and what has expired goes, not anything at random.
    """
    turn = 60  # seconds between two looks for what has expired

    def __init__(self, folder, params):
        self.swept_at = time.monotonic()
        super().__init__(folder, params)

    def _createdir(self):
        """Its files are pickles: whoever may write them can run code here."""
        super()._createdir()
        found = os.lstat(self._dir)
        if (not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid()
                or stat.S_IMODE(found.st_mode) & 0o077):
            raise ImproperlyConfigured(
                "%s isn't a folder that only this user can enter: remove it" % self._dir)

    @contextlib.contextmanager
    def _alone(self):
        with open(os.path.join(self._dir, "lock"), "w") as lock:  # closing it releases it
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """Keeps the time at which the key expires, as Redis does. ValueError if there is none."""
        with self._alone():
            try:
                with open(self._key_to_file(key, version), "rb") as stored:
                    expiry = pickle.load(stored)
                    value = pickle.loads(zlib.decompress(stored.read())) + delta
            except FileNotFoundError:
                expiry = 0
            timeout = None if expiry is None else expiry - time.time()
            if timeout is not None and timeout <= 0:
                raise ValueError("Key '%s' not found" % key)
            self.set(key, value, timeout, version)
            return value

    def _cull(self):
        if time.monotonic() - self.swept_at < self.turn:
            return
        self.swept_at = time.monotonic()
        for name in self._list_cache_files():
            with contextlib.suppress(FileNotFoundError), open(name, "rb") as stored:
                self._is_expired(stored)
        super()._cull()
