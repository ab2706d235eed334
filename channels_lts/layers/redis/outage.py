"""
How a process notes and logs that Redis is away.
"""
import logging
import math
import threading
import time

from redis.exceptions import ConnectionError, TimeoutError

from channels_lts.redis.errors import problem_of

logger = logging.getLogger(__name__)

# redis-py's TimeoutError isn't a ConnectionError: the command may have run.
SILENT = ConnectionError, TimeoutError


class Outage:
    """
    One log line when a server goes away, one when it is back; and one if it refuses the password
    meanwhile, since then somebody has to act.
    """
    server = "Redis at %s"

    def __init__(self, name, clock=time.monotonic, username=None):
        """`name`: the server, for a log (without its password). `username`: whose it is."""
        self.name = name
        self.clock = clock
        self.username = username
        self.since = None
        self.refusal = None  # last one logged
        self.heard_at = -math.inf  # the last sign of life
        self._lock = threading.Lock()

    def begin(self, error, asked_at=math.inf):
        """`asked_at`: by `clock`; a question older than the last sign of life is no news."""
        with self._lock:
            if asked_at < self.heard_at:
                return
            refusal = getattr(error, "problem", None) or problem_of(str(error), self.username)
            if refusal and refusal != self.refusal:
                logger.error("%s %s; asking again", self.server % self.name, refusal)
            elif self.since is None:
                # As text: a handler that stores records would keep the layer alive through the
                # traceback.
                logger.error("%s is away, waiting for it: %s", self.server % self.name, str(error))
            self.since = self.clock() if self.since is None else self.since
            self.refusal = refusal or self.refusal

    def seconds(self):
        """How long it has lasted."""
        since = self.since
        return 0 if since is None else self.clock() - since

    def end(self):
        """Call it when the server has answered."""
        with self._lock:
            self.heard_at = self.clock()
            since, self.since, self.refusal = self.since, None, None
            if since is not None:
                logger.warning("%s is back after %.1f seconds",
                               self.server % self.name, self.heard_at - since)
