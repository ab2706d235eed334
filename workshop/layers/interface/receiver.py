"""
Waiting for Redis: one connection that is blocked until there is something, and takes it all.
"""
import logging

from .. import bundle, letters, scripts
from .resp import Away, RedisError

logger = logging.getLogger(__name__)


class Receiver:
    """
    Feeds a Delivery from the list of the process.

    It waits with BLPOP, which brings one entry. Only if that was there already when it was asked
    for, there may be more, and they are all taken at once: as long as entries come one by one,
    each costs one command.
    """
    wait_seconds = 10  # of one BLPOP; TCP keepalive and the heartbeat watch over the connection
    most = 200  # entries taken in one go
    soon = 0.001  # seconds: an answer that comes as fast as this was waiting
    error_seconds = 1
    clock_seconds = 30  # between two looks at the server's clock, which each drain brings

    def __init__(self, clock, layer, process, delivery):
        self.clock = clock
        self.layer = layer
        self.list = layer.prefix + process
        self.delivery = delivery
        self.delivery.on_idle = self._go_on
        self.link = None
        self.is_held = False
        self.asked_at = self.drained_at = 0
        self.ahead = 0  # seconds that the server's clock is ahead of ours
        self.retry = None

    def begin(self):
        """To be called when the link is up."""
        self.is_held = False
        if self.retry is not None and self.retry.active():
            self.retry.cancel()  # two waits on one connection would wait for each other
        self._drain_and_wait()

    def _drain_and_wait(self):
        self.link.script(scripts.drain, (self.list,), letters.head(self.layer) + (self.most,),
                         self._drained)
        self._wait()

    def _wait(self):
        self.asked_at = self.clock.seconds()
        self.link.command(("BLPOP", self.list, self.wait_seconds), self._popped,
                          self.wait_seconds + self.link.answer_seconds)

    def _drained(self, answer):
        if isinstance(answer, RedisError):
            logger.error("Can't read from Redis: %s", answer)
        elif not isinstance(answer, Away):
            self.drained_at = self.clock.seconds()
            self.ahead = float(answer[0]) - self.clock.seconds()
            if answer[1]:
                self.delivery.take(answer[1])

    def _popped(self, answer):
        if answer is None:
            self._wait()
        elif isinstance(answer, RedisError):
            logger.error("Can't wait for Redis: %s", answer)
            self.retry = self.clock.callLater(self.error_seconds, self._drain_and_wait)
        elif not isinstance(answer, Away):
            self._take(answer[1])

    def _take(self, entry):
        if not bundle.is_entry(entry):  # of a sender with the stock layer
            self.link.command(("GET", entry), self._fetched)
            self.link.command(("DEL", entry), lambda answer: None)
            entry = None
        # Redis works on the next answer while this one is delivered.
        self._ask()
        if entry is not None and not self._is_stale(entry):
            self.delivery.take([entry])

    def _ask(self):
        now = self.clock.seconds()
        if self.delivery.is_busy():
            self.is_held = True
        elif now - self.asked_at < self.soon or now - self.drained_at > self.clock_seconds:
            self._drain_and_wait()
        else:
            self._wait()

    def _is_stale(self, entry):
        try:
            return bundle.expires(entry) < self.clock.seconds() + self.ahead
        except bundle.UnknownFormat:
            return False  # the delivery tells of it

    def _fetched(self, answer):
        if isinstance(answer, bytes):
            self.delivery.take([bundle.plain(answer)])

    def _go_on(self):
        if self.is_held:
            self.is_held = False
            self._drain_and_wait()
