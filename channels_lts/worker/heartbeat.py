import logging
import os
import socket
import threading
import time

from ..layers.base import capabilities_of
from .stop_event import StopEvent, wait_for_any

logger = logging.getLogger("django.channels")


class Heartbeat:
    """
    A context manager: a thread beside the worker's loops. While they make progress, it reports that
    the process is alive; when they should stop, it wakes those that wait for a message.
    """
    beat_seconds = 9  # half of liveness.LIFETIME, so that one may be lost
    stuck_seconds = 120  # how long a loop may spend on one message and still count as alive
    wake_seconds = 0.1

    def __init__(self, layer, loops, process, watchdog, kind="worker"):
        """
        `loops`: a LoopStatus for each thread of the Process; `kind`: what it reports itself as.
        """
        self.kind = kind
        self.loops = loops
        self.stop_event = process.stop_event
        self.wake_up = process.wake_up
        self.layer = layer
        self.name = "%s.%d" % (socket.gethostname(), os.getpid())
        self.watchdog = watchdog
        self.done = StopEvent()  # the loops have ended
        self.thread = threading.Thread(target=self.run, name="heartbeat", daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *exception):
        self.done.set()
        self.watchdog.disarm()
        self.thread.join(1)  # for its last lines; an unstable Redis may hold it for longer

    def run(self):
        self.beat()
        while not wait_for_any([self.stop_event, self.done], self.pause):
            self.beat()
        logger.info("Stopping: messages in hand are finished, no more are taken")
        self.wake()
        while not self.done.wait(self.wake_seconds):
            self.wake()
            self.watchdog.look(self.pause)
        try:
            self.report(is_last=True)
        except Exception as error:
            logger.debug("Not counted what was dropped: %r", error)

    @property
    def pause(self):
        """Seconds between two beats."""
        return min(self.beat_seconds, self.watchdog.seconds or self.beat_seconds)

    def beat(self):
        """Reports that this process takes messages, if at least one of its loops does."""
        self.watchdog.look(self.pause)
        now = time.monotonic()
        moving = [now - loop.moved_at < self.stuck_seconds for loop in self.loops]
        if not any(moving):
            return
        try:
            capabilities_of(self.layer).beat(
                self.kind, self.name, {"threads": len(moving), "moving": sum(moving),
                                       "busy": sum(loop.task is not None for loop in self.loops)})
            self.report()
            capabilities_of(self.layer).sweep()
        except Exception as error:
            logger.debug("No heartbeat sent: %r", error)

    def report(self, is_last=False):
        """Logs dropped messages, and reports counts, on a layer that keeps statistics."""
        capabilities_of(self.layer).report(is_last)

    def wake(self):
        self.wake_up.send(sum(loop.is_receiving for loop in self.loops))
