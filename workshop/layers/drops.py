import logging
import threading
import time
from collections import Counter

logger = logging.getLogger(__name__)

FULL = "it is full"


class Full(Exception):
    """A memory that processes share has no room for a change; what it held stands."""


class Drops:
    """
    Tells of messages that a channel didn't take: of the first at once, of more in one line per
    interval. Channels of one reader each, whose names are random, count as one.
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
            self.pending[_place(channel), reason] += amount
        self.tell()

    def tell(self, is_last=False):
        """
        Logs what is due, or all of it. Cheap when there is nothing, so it can be called at every
        turn.
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


class CountedDrops(Drops):
    """
    Also keeps, for the statistics, how many there were that Redis hasn't counted: it does so when
    it finds a channel full.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.uncounted = Counter()

    def note(self, channel, amount=1, reason=FULL, is_counted=None):
        """`is_counted`: whether Redis has; if not given, that depends on the reason."""
        if not (reason == FULL if is_counted is None else is_counted):
            self.count(channel, amount)
        super().note(channel, amount, reason)

    def count(self, channel, amount=1):
        """Only counts: nothing is logged."""
        with self._lock:
            self.uncounted[_place(channel)] += amount

    def take(self):
        """{channel: amount} of what has to be added to the statistics; it isn't kept here."""
        with self._lock:
            taken, self.uncounted = self.uncounted, Counter()
        return taken


def _place(channel):
    head, mark, _ = channel.partition("?")
    return head + mark
