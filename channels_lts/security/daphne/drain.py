"""
How daphne shuts down: work under way is finished, and nothing new is begun.
"""
import logging
import math
import signal
import threading

from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.error import ReactorNotRunning

from channels_lts.conf import settings

from . import closing
from .factories import ports

logger = logging.getLogger(__name__)


class Drain:
    """
    Shuts one daphne down at the first SIGTERM. It stops listening; its sockets are closed with
    1012, one after another within DRAIN_SPREAD; requests are answered, and then their connections
    end. When all are done, or after DRAIN_LIMIT, the reactor stops. A second SIGTERM stops it at
    once, and so does SIGINT, even the first one.

    `connections`: those that aren't sockets, which add and remove themselves.
    """
    look_seconds = 0.1
    slice_sockets = 100  # closed in one turn of the reactor
    idle_seconds = 0.5  # for a request still arriving on an idle connection
    flush_seconds = 1  # for answers begun when the limit is reached

    def __init__(self, clock, factory):
        self.clock = clock
        self.factory = factory
        self.reactor = self.began_at = None
        self.on_begin = lambda: None
        self.connections = set()
        self.is_over = False

    @property
    def is_begun(self):
        """Whether nothing new is accepted."""
        return self.began_at is not None

    def install(self, reactor, on_begin=lambda: None):
        """
        Waits for SIGTERM, if the reactor handles signals: call it when the reactor runs.
        `on_begin()` is called before the first socket is closed.
        """
        self.reactor = reactor
        self.on_begin = on_begin
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and callable(signal.getsignal(signal.SIGTERM)):
            signal.signal(signal.SIGTERM, lambda *_: reactor.callFromThread(self.begin))

    def begin(self):
        """Call it for each SIGTERM."""
        if self.is_begun:
            self._stop()
            return
        self.began_at = self.clock.seconds()
        logger.info("Draining: %d sockets are told to come back, %d connections end",
                    len(self._sockets()), len(self.connections))
        self.on_begin()
        for port in ports(self.reactor, self.factory):
            port.doRead()  # the system resets connections that it has accepted and we haven't
            port.stopListening()
        self._look()

    def _look(self):
        if self.is_over:
            return
        passed = self.clock.seconds() - self.began_at
        is_behind = self._restart(passed)
        if passed >= self.idle_seconds:
            self._retire()
        if passed >= settings.DRAIN_LIMIT:
            self._give_up()
        if self._is_through() or passed >= settings.DRAIN_LIMIT + self.flush_seconds:
            self._stop()
        else:
            self.clock.callLater(0 if is_behind else self.look_seconds, self._look)

    def _sockets(self):
        return [each for each in list(self.factory.reply_protocols.values())
                if isinstance(each, WebSocketProtocol)]

    def _restart(self, passed):
        """Closes those sockets whose time has come; returns whether there are more of them."""
        left = min(settings.DRAIN_SPREAD, settings.DRAIN_LIMIT) - passed
        due = [each for each in self._sockets() if is_to_be_told(each, left > 0)]
        most = (self.slice_sockets if left <= 0 else
                math.ceil(len(due) * min(1, self.look_seconds / left)))
        for each in due[:most]:  # spaced out: otherwise all would come back at once
            closing.restart(each, seconds=0 if settings.DRAIN_SPREAD else None)
        return left <= 0 and len(due) > most

    def _retire(self):
        for each in list(self.connections):
            each.end_if_idle()

    def _give_up(self):
        for each in list(self.factory.reply_protocols.values()):
            if isinstance(each, WebRequest):
                each.give_up()

    def _is_through(self):
        return not self.factory.reply_protocols and not any(
            each.is_awaited for each in self.connections)

    def _stop(self):
        if not self.is_over:
            self.is_over = True
            try:
                self.reactor.stop()
            except ReactorNotRunning:  # SIGINT was faster
                pass


def is_to_be_told(socket, may_open):
    """Whether a socket hasn't been closed yet. `may_open`: one still connecting has time."""
    return socket.state == socket.STATE_OPEN or (
        socket.state == socket.STATE_CONNECTING and not may_open)
