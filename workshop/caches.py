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
    first and write then). What has expired goes, then what expires soonest, down to MAX_ENTRIES
    (CULL_FREQUENCY counts for nothing); what can't be read is removed, as if it weren't there.
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

    def _stored(self, name):
        """A file's expiry (None: never; 0 if there is nothing) and value."""
        try:
            with open(name, "rb") as stored:
                return pickle.load(stored), pickle.loads(zlib.decompress(stored.read()))
        except FileNotFoundError:
            pass
        except OSError:
            raise
        except Exception:  # unpickling half a file, or a class that is gone, may raise any
            self._delete(name)
        return 0, None

    def _living(self, key, version):
        """Its expiry and value, or None."""
        expiry, value = self._stored(self._key_to_file(key, version))
        return (expiry, value) if expiry is None or expiry > time.time() else None

    def get(self, key, default=None, version=None):
        found = self._living(key, version)
        return found[1] if found else default

    def has_key(self, key, version=None):
        return self._living(key, version) is not None

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """Keeps the time at which the key expires, as Redis does. ValueError if there is none."""
        with self._alone():
            found = self._living(key, version)
            if not found:
                raise ValueError("Key '%s' not found" % key)
            expiry, value = found
            timeout = None if expiry is None else expiry - time.time()
            self.set(key, value + delta, timeout, version)
            return value + delta

    def _cull(self):
        if time.monotonic() - self.swept_at < self.turn:
            return
        self.swept_at = time.monotonic()
        now, living = time.time(), []
        for name in self._list_cache_files():
            expiry, _value = self._stored(name)
            if expiry is None or expiry > now:
                living.append((float("inf") if expiry is None else expiry, name))
            else:
                self._delete(name)
        for _expiry, name in sorted(living)[:max(0, len(living) - self._max_entries)]:
            self._delete(name)
