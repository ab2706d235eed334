"""
Who is refused leaves a line that says why; however many there are, it is one a minute.
"""
import time

SECONDS = 60
MAX_DETAIL = 200  # characters


class RefusalLog:
    """Logs the first of a reason at once, then at most one line per reason each SECONDS."""

    def __init__(self, logger, clock=time.monotonic):
        self.logger, self.clock = logger, clock
        self.told = {}  # reason: [when, how many since]

    def note(self, reason, detail=""):
        now = self.clock()
        last = self.told.get(reason)
        if last and now - last[0] < SECONDS:
            last[1] += 1
            return
        more = " (and %d more before it)" % last[1] if last and last[1] else ""
        self.told[reason] = [now, 0]
        self.logger.warning("refused: %s %s%s", reason, ascii(detail)[:MAX_DETAIL], more)
