"""
Caches that store JSON: somebody who can write to one can't run code here, as with pickles. And a
cache for the processes of one host without Redis.
"""
import contextlib
import fcntl
import json
import os
import stat
import tempfile
import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.exceptions import ImproperlyConfigured


def dumps(value):
    """
    Returns bytes. Raises TypeError for what JSON can't hold, or would return as something else.
    """
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError as error:
        raise TypeError("caches hold JSON only: %s" % error)
    if json.loads(text) != value:  # a tuple, a number as a key
        raise TypeError("caches hold JSON only, which would change %.100r" % (value,))
    return text.encode("ascii")


class JSONSerializer:
    """For django_redis, which instantiates it with the cache's options."""

    def __init__(self, options):
        pass

    def dumps(self, value):
        return dumps(value)

    def loads(self, value):
        return json.loads(value.decode("ascii"))


class SharedFileCache(FileBasedCache):
    """
    Django's file cache, with correct counts for several processes (Django's add and incr read first
    and write later). Expired entries go first, then those that expire soonest, down to MAX_ENTRIES
    (CULL_FREQUENCY is ignored); an unreadable entry is removed, and counts as missing.
    """
    turn = 60  # seconds between two searches for expired entries

    def __init__(self, folder, params):
        self.swept_at = time.monotonic()
        super().__init__(folder, params)

    def _createdir(self):
        """Private to this user: nobody else can read it, or plant sessions in it."""
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
        """The expiry in a file (None: never; 0 if there is nothing) and the value."""
        try:
            with open(name, "rb") as stored:
                expiry, value = json.loads(stored.read().decode("ascii"))
                return expiry if expiry is None else float(expiry), value
        except FileNotFoundError:
            pass
        except (TypeError, ValueError, RecursionError):  # half a file, or an older release's
            self._delete(name)
        return 0, None

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Django's version writes a pickle. Raises TypeError."""
        content = dumps([self.get_backend_timeout(timeout), value])
        self._createdir()
        self._cull()
        handle, temporary = tempfile.mkstemp(dir=self._dir)
        try:
            with open(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, self._key_to_file(key, version))
        except BaseException:
            os.remove(temporary)
            raise

    def _living(self, key, version):
        """The expiry and value, or None."""
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
        """Keeps the key's expiry, as Redis does. Raises ValueError if there is no such key."""
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
