"""
One line for those who are refused, however many they are.
"""
import time

EVERY = 60  # seconds between two lines of one reason
LONGEST = 200  # characters of a detail


class RefusalLog:
    """Logs the first refusal for a reason at once, then how many more there were."""

    def __init__(self, logger, clock=time.monotonic):
        self.logger = logger
        self.clock = clock
        self.reasons = {}  # reason: [when the next line is due, refusals since the last one]

    def note(self, reason, detail=""):
        """`reason` is one of a few texts and names the setting; `detail` is anybody's."""
        now = self.clock()
        due, more = self.reasons.setdefault(reason, [now, 0])
        if now < due:
            self.reasons[reason][1] += 1
            return
        self.reasons[reason] = [now + EVERY, 0]
        since = " (and %d more before)" % more if more else ""
        self.logger.warning("Refused: %s%s: %s", reason, since, escaped(detail))


def escaped(detail):
    return ascii(str(detail)[:LONGEST])[1:-1]
