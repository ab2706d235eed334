import logging
import os
import time

import channels.worker
from django.db import connections
from redis.exceptions import RedisError

from ..layers.base import capabilities_of
from .dispatch import Dispatcher
from .heartbeat import Heartbeat
from .process import LoopStatus, Process, Termed
from .watchdog import Watchdog

logger = logging.getLogger("django.channels")


class Worker(channels.worker.Worker):
    """
    channels' worker with a different way to wait, to stop and to fail; docs/workers.md explains
    why.

    `run` replaces channels' single long method, and with it the meaning of `in_job`. Filters,
    retries, signals and the order of calls around a consumer are channels'.
    """
    termed = Termed()

    def __init__(self, *args, max_messages=None, process=None, **kwargs):
        """
        `max_messages`: stop after this many. `process`: the Process, for a worker that is one of
        several threads. The rest is channels' own.
        """
        super().__init__(*args, **kwargs)
        self.process = process or Process(self.channel_layer, max_messages)
        self.outage = self.process.outage
        self.loop = LoopStatus()
        self.dispatcher = Dispatcher(type(self), self.channel_layer, self.outage, self.loop,
                                     self.message_retries, self.callback)
        self.is_signalled = False

    @property
    def all_workers(self):
        """The workers of this process, one for each thread."""
        return [self]

    def sigterm_handler(self, signo, stack_frame):
        """
        Never raises: an exception could come between Redis's reply to BLPOP and our code, and the
        message would be lost. Doesn't log: the signal may have interrupted the same logger.
        """
        if self.is_signalled:
            os._exit(128 + signo)  # as pid 1 of a container, a default action would be ignored
        self.is_signalled = True
        self.process.stop_event.set()

    def run(self):
        """
        Takes messages until it is told to stop. Returns with none in hand.
        """
        if self.signal_handlers:
            self.install_signal_handler()
        logger.info("Listening on channels %s", ", ".join(sorted(self.channels())))
        loops = [worker.loop for worker in self.all_workers]
        watchdog = Watchdog(loops, has_timer=self.signal_handlers)
        with Heartbeat(self.channel_layer, loops, self.process, watchdog):
            self.run_threads()

    def run_threads(self):
        self.work()

    def channels(self):
        return self.apply_channel_filters(self.channel_layer.router.channels)

    def work(self):
        channels = list(self.channels()) + [self.process.wake_up.channel]
        while not self.termed:
            self.turn(channels)
        self.settle()

    def settle(self):
        """Our layer sends replies without waiting for Redis's answers: reads the last ones."""
        try:
            capabilities_of(self.channel_layer).settle()
        except RedisError as error:
            logger.error("Redis may not have taken the last replies: %s", error)

    def turn(self, channels):
        self.loop.move()
        try:
            channel, content = self.take(channels)
            if channel is None or channel == self.process.wake_up.channel:
                close_old_connections()
                return
            self.loop.move()
            self.process.message_limit.count()
            self.dispatcher.dispatch(channel, content)
        except Exception:
            logger.exception("The worker can't take or handle a message:")
            self.process.stop_event.wait(self.outage.longest)

    def take(self, channels):
        """
        The next (channel, content), or (None, None). After an outage it doesn't block, so that the
        end of the outage is noticed at once.
        """
        try:
            with self.loop.receiving():
                channel, content = self.channel_layer.receive(
                    channels, block=not self.outage.is_on)
        except RedisError as error:
            self.outage.wait(error)
            return None, None
        self.outage.end()
        if channel is None:
            time.sleep(0.01)  # a layer that doesn't block would keep the processor busy
        return channel, content


def close_old_connections():
    """Closes those older than CONN_MAX_AGE; nothing else would while no message comes."""
    for connection in connections.all():
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
