import contextlib
import logging
import threading
import time

from redis.exceptions import RedisError

from ..conf import settings
from .announcing import stirred, sweep
from .stores import store

logger = logging.getLogger(__name__)


class Ticker:
    """
    The clock of presence: a thread in every process with workers. It asks the store for work and
    does none itself, so however many there are, one of them has something to send.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.thread = None

    def start(self, **kwargs):
        """
        Starts it, once for a process; a receiver of channels' `worker_ready`. Raises
        InvalidChannelLayerError if the IPC layer's memory can't be had.
        """
        with contextlib.suppress(RedisError):  # the thread asks again
            store()
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="presence", daemon=True)
                self.thread.start()

    def run(self):
        is_quiet = False
        while True:
            if is_quiet:
                # Who comes by another process and loses it at once waits for this look.
                stirred.wait(settings.PRESENCE_LEASE / 2)
            else:
                time.sleep(settings.PRESENCE_TURN)
            stirred.clear()
            is_quiet = self.sweep()

    def sweep(self):
        """Returns whether the next one may wait until somebody comes."""
        try:
            return sweep()
        except RedisError as error:  # the worker beside this thread says it aloud
            logger.debug("No sweep: %r", error)
        except Exception:
            logger.exception("The sweep failed:")
        return False


ticker = Ticker()
