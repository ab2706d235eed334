"""
Why somebody was refused, in the log: often enough to be seen, too seldom to fill a disk.
"""
import threading
import time

SECONDS = 60  # between two lines of one reason
MOST_DETAILS = 200  # characters


class RefusalLog:
    """Logs the first refusal of a reason at once, and then how many there were each minute."""

    def __init__(self, logger, clock=time.monotonic):
        self.logger = logger
        self.clock = clock
        self.lock = threading.Lock()
        self.told_at = {}
        self.untold = {}

    def note(self, reason, detail=""):
        """`reason`: one of few texts, with the setting's name; `detail`: what a client sent."""
        with self.lock:
            now = self.clock()
            if now - self.told_at.get(reason, float("-inf")) < SECONDS:
                self.untold[reason] = self.untold.get(reason, 0) + 1
                return
            self.told_at[reason], more = now, self.untold.pop(reason, 0)
        self.logger.warning("Refused: %s%s%s", reason, escaped(detail),
                            " (and %d more before)" % more if more else "")


def escaped(detail):
    return ": %.*s" % (MOST_DETAILS, ascii(detail)) if detail else ""
