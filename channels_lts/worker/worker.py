import logging
import os
import time
import uuid

import channels.worker
from redis.exceptions import RedisError

from ..layers.base import capabilities_of
from .address import address_of
from .dispatch import HandlingMixin
from .heartbeat import Minder
from .outage import Outage
from .pending_messages import Outbox
from .stop_event import Shift

logger = logging.getLogger("django.channels")


class Worker(HandlingMixin, channels.worker.Worker):
    """
    channels' worker with another way to wait, to stop and to fail; docs/workers.md tells why.

    `run` replaces channels' one long method, and with it the meaning of `in_job`. Filters,
    retries, signals and the order of calls around a consumer are channels'.
    """

    def __init__(self, *args, shift=None, outage=None, wake_channel=None, max_messages=None,
                 **kwargs):
        """
        `max_messages`: stop after so many. `shift`, `outage` and `wake_channel` are given to a
        worker that is one of several threads. The rest is channels' own.
        """
        self.shift = shift or Shift(max_messages)
        super().__init__(*args, **kwargs)
        self.outage = outage or Outage(self.shift, address_of(self.channel_layer))
        self.outbox = Outbox(self.outage)
        self.wake_channel = wake_channel or "channels_lts.wake.%s" % uuid.uuid4().hex
        self.is_signalled = False
        self.task = None  # what it is running, a watchdog.Task
        self.is_receiving = False
        self.moved_at = time.monotonic()

    @property
    def termed(self):
        return self.shift.is_over

    @termed.setter
    def termed(self, value):
        if value:
            self.shift.end()

    @property
    def crew(self):
        """The workers of this process, one for each thread."""
        return [self]

    def sigterm_handler(self, signo, stack_frame):
        """
        Never raises: an exception could come between Redis's reply to BLPOP and our hands, and
        the message would be lost. Doesn't log: the signal may have struck in the same log.
        """
        if self.is_signalled:
            os._exit(128 + signo)  # a kill by default action would be ignored as container's pid 1
        self.is_signalled = True
        self.shift.end()

    def run(self):
        """
        Takes messages until the shift is over. Returns with none in hand.
        """
        if self.signal_handlers:
            self.install_signal_handler()
        logger.info("Listening on channels %s", ", ".join(sorted(self.channels())))
        with Minder(self.crew):
            self.work_together()

    def work_together(self):
        self.work()

    def channels(self):
        return self.apply_channel_filters(self.channel_layer.router.channels)

    def work(self):
        channels = list(self.channels()) + [self.wake_channel]
        while not self.termed:
            self.turn(channels)
        self.settle()

    def settle(self):
        """Our layer sends replies without waiting for Redis's answers: the last ones are read."""
        try:
            capabilities_of(self.channel_layer).settle()
        except RedisError as error:
            logger.error("Redis may not have taken the last replies: %s", error)

    def turn(self, channels):
        self.moved_at = time.monotonic()
        try:
            channel, content = self.take(channels)
            if channel is not None and channel != self.wake_channel:
                self.moved_at = time.monotonic()
                self.shift.count_message()
                self.handle(channel, content)
        except Exception:
            logger.exception("The worker can't take or handle a message:")
            self.shift.wait(self.outage.longest)

    def take(self, channels):
        """
        The next (channel, content), or (None, None). After an outage it doesn't block, so that
        the end of the outage is noticed at once.
        """
        self.is_receiving = True
        try:
            channel, content = self.channel_layer.receive(channels, block=not self.outage.is_on)
        except RedisError as error:
            self.outage.wait(error)
            return None, None
        finally:
            self.is_receiving = False
        self.outage.end()
        if channel is None:
            time.sleep(0.01)  # a layer that doesn't block would keep the processor busy
        return channel, content
