"""
Requests that arrive too slowly.
"""


class Deadline:
    """
    Calls `on_late` if something takes longer than it may. A request that arrives in one piece never
    starts one, so it costs plain requests nothing.
    """

    def __init__(self, clock, on_late):
        self.clock = clock
        self.on_late = on_late
        self.call = self.began_at = self.allowance = None

    def begin(self, allowance):
        """`allowance()`: seconds from now, which may grow meanwhile. Only once until `end`."""
        if self.call is None:
            self.began_at = self.clock.seconds()
            self.allowance = allowance
            self._wait(allowance())

    def end(self):
        """It arrived in time; repeating it does no harm."""
        if self.call is not None:
            self.call.cancel()
            self.call = None

    def _wait(self, seconds):
        if seconds != float("inf"):  # the limit is switched off
            self.call = self.clock.callLater(max(seconds, 0), self._look)

    def _look(self):
        self.call = None
        left = self.began_at + self.allowance() - self.clock.seconds()
        if left > 0:
            self._wait(left)
        else:
            self.on_late()
