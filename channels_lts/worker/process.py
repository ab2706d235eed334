import logging
import time
import uuid
from contextlib import contextmanager

from ..layers.metrics import WAKE
from .layer import address_of
from .outage import WorkerOutage
from .stop_event import MessageLimit, StopEvent

logger = logging.getLogger("django.channels")


class Process:
    """What the workers of a process share, one for each of its threads."""

    def __init__(self, channel_layer, max_messages=None):
        """`max_messages`: stop when they have taken this many in total; None: no limit."""
        self.stop_event = StopEvent()
        self.message_limit = MessageLimit(max_messages, self.stop_event)
        self.outage = WorkerOutage(address_of(channel_layer), self.stop_event)
        self.wake_up = WakeUp(channel_layer)


class Termed:
    """
    channels' attribute of a worker that has a Process: whether it should stop. It may be set to
    True, from any thread; setting it to False, as channels does at first, changes nothing.
    """

    def __get__(self, worker, owner=None):
        return self if worker is None else worker.process.stop_event.is_set()

    def __set__(self, worker, value):
        if value:
            worker.process.stop_event.set()


class WakeUp:
    """
    Ends the blocking receive of a worker that should stop, with a message on a channel that only
    this process listens to: the call returns as usual. Nothing is interrupted, so a message that
    Redis hands out at that moment arrives.
    """

    def __init__(self, channel_layer):
        self.channel_layer = channel_layer
        self.channel = WAKE + uuid.uuid4().hex

    def send(self, times):
        """
        Sends one for each waiting worker. Repeat it until all have ended: one may get lost, on a
        shard where nobody waits, or while Redis is away.
        """
        try:
            for _ in range(times):
                self.channel_layer.send(self.channel, {})
        except Exception as error:
            logger.debug("No wake-up sent: %r", error)


class LoopStatus:
    """What one worker's loop is doing: written by its thread, read by the heartbeat's."""

    def __init__(self):
        self.moved_at = time.monotonic()
        self.is_receiving = False  # and may have to be woken
        self.task = None  # the watchdog.Task of the running consumer

    def move(self):
        """Notes that the loop has made progress."""
        self.moved_at = time.monotonic()

    @contextmanager
    def receiving(self):
        self.is_receiving = True
        try:
            yield
        finally:
            self.is_receiving = False

    @contextmanager
    def running(self, task):
        self.task = task
        try:
            yield
        finally:
            self.task = None
