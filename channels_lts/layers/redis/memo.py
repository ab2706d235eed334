"""
Answers that are expensive to find, and wanted by many.
"""
import json
import time

from . import keys


class Memo:
    """
    An answer in Redis that all processes share. After `seconds`, one of those who ask computes it
    again; the others use the old one meanwhile. It expires if nobody has asked for `lifetime`
    seconds, and costs nothing while nobody asks.
    """
    claim_seconds = 10  # that one process has to compute it, before another one tries

    def __init__(self, layer, name, seconds, lifetime, clock=time.time):
        self.connection = layer.connection(0)
        self.key = keys.memo(layer.prefix, name)
        self.seconds = seconds
        self.lifetime = lifetime
        self.clock = clock

    def get(self, find):
        """
        `find(old)`: returns the new answer, which must be JSON; `old` is the previous one, or None.
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
