import contextlib
import logging
import threading
import time

from redis.exceptions import RedisError

from ..conf import settings
from .diffs import activity, sweep
from .route import is_routed
from .stores import store

logger = logging.getLogger(__name__)


class Sweeper:
    """
    Presence's clock: a thread in every process with workers. It asks the store for work and does
    none itself, so however many there are, only one of them has something to send.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.thread = None

    def on_worker_ready(self, sender, **kwargs):
        """
        A receiver of channels' `worker_ready`: starts it if the worker's routing has presence's
        route. Raises InvalidChannelLayerError like `start`.
        """
        if is_routed(sender.channel_layer.router):
            self.start()

    def start(self):
        """
        Starts it, once per process. Raises InvalidChannelLayerError if the IPC layer's memory isn't
        available.
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
                # Somebody who comes through another process and leaves at once waits for this
                # check.
                activity.wait(settings.PRESENCE_LEASE / 2)
            else:
                time.sleep(settings.PRESENCE_TURN)
            activity.clear()
            is_quiet = self.sweep()

    def sweep(self):
        """Returns whether the next one may wait until somebody comes."""
        try:
            return sweep()
        except RedisError as error:  # the worker beside this thread logs it as an error
            logger.debug("No sweep: %r", error)
        except Exception:
            logger.exception("The sweep failed:")
        return False


sweeper = Sweeper()
