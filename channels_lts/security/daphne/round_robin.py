"""
Taking turns.
"""
from collections import deque


class RoundRobin:
    """
    Makes calls in turns: each once per turn of the reactor, all of them together for some
    milliseconds (and one more call), so that other work gets its turn too.
    """
    slice_seconds = 0.005

    def __init__(self, clock, wait=lambda: 0):
        """`wait()`: seconds until a call may be made; 0 if it may be made now."""
        self.clock = clock
        self.wait = wait
        self.calls = deque()  # still to be made
        self.is_scheduled = False

    def add(self, call):
        """`call()` is made when its turn comes."""
        self.calls.append(call)
        self._schedule()

    def _schedule(self):
        if self.calls and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.wait(), self._run)

    def _run(self):
        self.is_scheduled = False
        deadline = self.clock.seconds() + self.slice_seconds
        try:
            for _ in range(len(self.calls)):
                if self.wait():
                    return
                self.calls.popleft()()
                if self.clock.seconds() >= deadline:
                    return
        finally:
            self._schedule()
