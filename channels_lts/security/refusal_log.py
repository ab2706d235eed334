"""
Telling of what is refused, without a line for each.
"""
import time
from collections import Counter

INTERVAL = 60  # seconds
LONGEST = 200  # characters of a detail


class RefusalLog:
    """Logs the first refusal of a reason at once, and then at most one line a minute."""

    def __init__(self, logger, clock=time.monotonic):
        self.logger = logger
        self.clock = clock
        self.told_at = {}
        self.untold = Counter()

    def note(self, reason, detail=""):
        """`reason`: one of few, it names the setting; `detail`: anything that a client sent."""
        now = self.clock()
        if now - self.told_at.get(reason, -INTERVAL) < INTERVAL:
            self.untold[reason] += 1
            return
        self.told_at[reason] = now
        more = self.untold.pop(reason, 0)
        self.logger.warning("Refused: %s%s%s", reason,
                            " (%s)" % ascii(detail)[1:-1][:LONGEST] if detail else "",
                            ", and %d more" % more if more else "")
