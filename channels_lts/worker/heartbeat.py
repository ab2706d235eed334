import logging
import os
import socket
import threading
import time

from ..layers.base import capabilities_of
from .watchdog import Watchdog

logger = logging.getLogger("django.channels")


class Minder:
    """
    A thread beside the worker's loops. While they work, it passes their heartbeat on; when the
    shift is over, it wakes those that wait for a message.

    It wakes them with a message on a channel of their own, so the blocking call ends as it
    always does. Nothing is interrupted: a message that Redis hands out in that moment arrives.
    """
    beat_seconds = 9  # half of liveness.LIFETIME, so that one may get lost
    stuck_seconds = 120  # for how long a loop may keep to one message and still count as alive
    wake_seconds = 0.1

    def __init__(self, workers, kind="worker"):
        """`kind`: as what the process reports."""
        self.kind = kind
        self.workers = workers
        self.shift = workers[0].shift
        self.layer = workers[0].channel_layer
        self.name = "%s.%d" % (socket.gethostname(), os.getpid())
        self.watchdog = Watchdog(workers)
        self.is_armed = workers[0].signal_handlers  # of the whole process, so not in a thread
        self.is_done = threading.Event()
        self.thread = threading.Thread(target=self.mind, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *exception):
        self.shift.end()
        self.is_done.set()
        if self.is_armed:
            self.watchdog.disarm()
        self.thread.join(1)  # for its last lines; an unsteady Redis may hold it for longer

    def mind(self):
        self.beat()
        while not self.shift.wait(self.pause):
            self.beat()
        logger.info("Stopping: messages in hand are finished, no more are taken")
        self.wake()
        while not self.is_done.wait(self.wake_seconds):
            self.wake()
            self.watch()
        try:
            self.report(is_last=True)
        except Exception as error:
            logger.debug("Not counted what was dropped: %r", error)

    @property
    def pause(self):
        """Seconds between two beats."""
        return min(self.beat_seconds, self.watchdog.seconds or self.beat_seconds)

    def watch(self):
        self.watchdog.look()
        if self.is_armed:
            self.watchdog.arm(slack=self.pause)

    def beat(self):
        """Says that this process takes messages, if at least one of its loops does."""
        self.watch()
        now = time.monotonic()
        moving = [now - worker.moved_at < self.stuck_seconds for worker in self.workers]
        if not any(moving):
            return
        try:
            capabilities_of(self.layer).beat(
                self.kind, self.name, {"threads": len(moving), "moving": sum(moving)})
            self.report()
        except Exception as error:
            logger.debug("No heartbeat sent: %r", error)

    def report(self, is_last=False):
        """Tells what didn't reach its channel, and counts, on a layer that keeps account."""
        capabilities_of(self.layer).report(is_last)

    def wake(self):
        """
        Sends a wake-up for each loop that waits. It is repeated until all have ended, so one that
        goes astray does no harm: to the shard where nobody waits, or while Redis is away.
        """
        try:
            for _ in range(sum(worker.is_receiving for worker in self.workers)):
                self.layer.send(self.workers[0].wake_channel, {})
        except Exception as error:
            logger.debug("No wake-up sent: %r", error)
