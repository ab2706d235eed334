import logging
import threading
import time
from collections import Counter

from .metrics import DROPPED, NoMetrics, channel_label

logger = logging.getLogger(__name__)

FULL = "it is full"


class Full(Exception):
    """Memory shared by processes has no room for a change; the old content stands."""


class DropLog:
    """
    Logs messages that a channel didn't accept: the first at once, later ones in one line per
    interval. Single-reader channels, whose names are random, are counted together.
    """
    interval = 10  # seconds

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.pending = Counter()
        self.told_at = {}
        self._lock = threading.Lock()

    def note(self, channel, amount=1, reason=FULL):
        """Counts messages that don't reach a channel."""
        with self._lock:
            self.pending[place(channel), reason] += amount
        self.tell()

    def tell(self, is_last=False):
        """
        Logs what is due, or everything. Cheap if there is nothing, so it can be called all the
        time.
        """
        if not self.pending:
            return
        now = self.clock()
        with self._lock:
            self.told_at = {key: at for key, at in self.told_at.items() if now - at < self.interval}
            due = [key for key in self.pending if is_last or key not in self.told_at]
            self.told_at.update((key, now) for key in due)
            told = [(key, self.pending.pop(key)) for key in due]
        for key, amount in told:
            logger.warning("%d message%s to %s not taken: %s",
                           amount, "" if amount == 1 else "s", *key)


def place(channel):
    """A channel's name, without the random part of a single-reader channel's."""
    head, mark, _ = channel.partition("?")
    return head + mark


class CountedDropLog(DropLog):
    """Also counts them for the statistics and the metrics."""

    def __init__(self, counters, metrics=None, **kwargs):
        """`metrics`: None for NoMetrics."""
        super().__init__(**kwargs)
        self.counters = counters
        self.metrics = metrics or NoMetrics()

    def count(self, channel, amount=1, reason=FULL):
        """Counts messages without logging them."""
        self.counters.dropped(channel, amount)
        self.metrics.count(DROPPED, channel_label(channel), reason, amount=amount)

    def note(self, channel, amount=1, reason=FULL):
        self.count(channel, amount, reason)
        super().note(channel, amount, reason)
