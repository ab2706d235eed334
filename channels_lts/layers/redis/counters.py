"""
What a process counts for asgi_redis's statistics, until it is in Redis.
"""
import threading
import time
from collections import Counter

from ..drop_log import place
from . import keys

SENT, DROPPED = "messages_count", "channel_full_count"  # asgi_redis's names


class Counters:
    """Numbers by channel and name. Counting costs no command, whatever state Redis is in."""
    most = 10000  # random channel names counted individually
    report_seconds = 10  # after which somebody has to report, if no heartbeat has

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.clear()

    def clear(self):
        """Starts from zero, with a lock that no thread holds."""
        self._lock = threading.RLock()  # a signal's handler may count while it is held
        self._counts = Counter()
        self._metrics = Counter()
        self._taken_at = self.clock()

    def sent(self, channel, amount=1):
        self._add(channel, SENT, amount)

    def dropped(self, channel, amount=1):
        self._add(channel, DROPPED, amount)

    def add(self, *amounts):
        """Adds to fields of the metrics (metrics.py): (field, amount), …"""
        with self._lock:
            for field, amount in amounts:
                self._metrics[field] += amount

    def _add(self, channel, name, amount):
        with self._lock:
            if len(self._counts) >= self.most:
                channel = place(channel)
            self._counts[channel, name] += amount

    def take(self):
        """{(channel, name): amount} of what Redis doesn't have yet; cleared here."""
        self._taken_at = self.clock()
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken

    def take_metrics(self):
        """The same of the metrics: {(keys.METRICS, field): amount}."""
        with self._lock:
            taken, self._metrics = self._metrics, Counter()
        return {(keys.METRICS, field): amount for field, amount in taken.items()}

    def put_back(self, counts):
        """Keeps for later what was taken but couldn't be reported."""
        for (channel, name), amount in counts.items():
            if channel == keys.METRICS:
                self.add((name, amount))
            else:
                self._add(channel, name, amount)

    def is_due(self):
        return bool(self._counts) and self.clock() - self._taken_at > self.report_seconds
