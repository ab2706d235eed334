"""
What is dear to find out, and is looked at by many.
"""
import json
import time

from . import keys


class Memo:
    """
    An answer in Redis that all processes share. One of those who ask after `seconds` finds it out
    anew; the others go on with the old one meanwhile. It is gone when nobody has asked for
    `lifetime` seconds, and while nobody asks it costs nothing.
    """
    claim_seconds = 10  # which one process has to find it out, before another one tries

    def __init__(self, layer, name, seconds, lifetime, clock=time.time):
        self.connection = layer.connection(0)
        self.key = keys.memo(layer.prefix, name)
        self.seconds = seconds
        self.lifetime = lifetime
        self.clock = clock

    def get(self, find):
        """
        `find(old)`: returns the new answer, which JSON can hold; `old` is the one before, or None.
        Raises RedisError.
        """
        known = self.connection.get(self.key)
        at, old = json.loads(known.decode("ascii")) if known else (0, None)
        if known and (0 <= self.clock() - at < self.seconds or not self._claim()):
            return old
        found = find(old)
        self.connection.set(self.key, json.dumps([self.clock(), found]), ex=self.lifetime)
        self.connection.delete(self.key + ":claim")
        return found

    def _claim(self):
        return self.connection.set(self.key + ":claim", 1, nx=True, ex=self.claim_seconds)
