import logging
import threading
import time
from collections import Counter

logger = logging.getLogger(__name__)


class Full(Exception):
    """A memory that processes share has no room for a change; what it held stands."""


class Drops:
    """
    Tells of messages that a channel didn't take: of the first at once, of more in one line per
    interval.
    """
    interval = 10  # seconds

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.pending = Counter()
        self.told_at = {}
        self._lock = threading.Lock()

    def note(self, channel, amount=1, reason="it is full"):
        """Counts messages that don't reach a channel."""
        with self._lock:
            self.pending[channel, reason] += amount
        self.tell()

    def tell(self):
        """Logs what is due. Cheap when nothing is, so it can be called at every turn."""
        if not self.pending:
            return
        now = self.clock()
        for key in list(self.pending):
            with self._lock:
                due = now - self.told_at.get(key, now - self.interval) >= self.interval
                amount = self.pending.pop(key, 0) if due else 0
                if amount:
                    self.told_at[key] = now
            if amount:
                logger.warning("%d message%s to %s not taken: %s",
                               amount, "" if amount == 1 else "s", *key)
