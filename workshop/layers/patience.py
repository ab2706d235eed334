"""
What a process does while Redis is away and nobody else can tell.
"""
import logging
import random
import threading
import time

from redis.exceptions import BusyLoadingError, ConnectionError, ReadOnlyError, TimeoutError

logger = logging.getLogger(__name__)

# Away, or on the way back, or another server has taken over. redis-py derives the first two from
# ConnectionError; its TimeoutError is left out, because the command may have run.
AWAY = (ConnectionError, BusyLoadingError, ReadOnlyError)
SILENT = AWAY + (TimeoutError,)


class Outage:
    """One line in the log when a server goes, one when it is back."""
    server = "Redis at %s"

    def __init__(self, name, clock=time.monotonic):
        """`name`: the server, fit for a log (without its password)."""
        self.name = name
        self.clock = clock
        self.since = None
        self._lock = threading.Lock()

    def begin(self, error):
        with self._lock:
            if self.since is None:
                self.since = self.clock()
                logger.error("%s is away, waiting for it: %s", self.server % self.name, error)

    def end(self):
        if self.since is None:
            return
        with self._lock:
            if self.since is not None:
                logger.warning("%s is back after %.1f seconds",
                               self.server % self.name, self.clock() - self.since)
                self.since = None


def pause(attempt, longest=0.4):
    """Seconds to wait before the next attempt (0, 1, …); random, so that processes spread."""
    return random.uniform(0.5, 1) * min(longest, 0.05 * 2 ** min(attempt, 10))


def patiently(call, seconds):
    """
    The result of `call()`, tried again for some seconds while Redis is away.

    Raises what the last attempt raised. A command whose answer was lost on its way may run twice.
    """
    deadline = time.monotonic() + seconds
    attempt = 0
    while True:
        try:
            return call()
        except AWAY:
            rest = pause(attempt)
            if time.monotonic() + rest > deadline:
                raise
            time.sleep(rest)
            attempt += 1
