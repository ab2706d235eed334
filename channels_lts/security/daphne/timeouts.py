"""
How long daphne's requests and sockets may take.
"""
import logging

from daphne.http_protocol import WebRequest

logger = logging.getLogger(__name__)


class Timeouts:
    """
    Replaces the `check_timeouts` of one of daphne's factories, which goes through all connections.
    daphne schedules its next check only after the last one (`Server.timeout_checker`), so an
    exception about one connection would silently end pings and timeouts for all of them. Here such
    a connection is logged and aborted.
    """

    def __init__(self, factory):
        self.factory = factory

    def __call__(self):
        for protocol in list(self.factory.reply_protocols.values()):
            try:
                self._look(protocol)
            except Exception:
                logger.exception("A look at the timeouts of a connection failed, it is aborted")
                abort(protocol)

    def _look(self, protocol):
        if isinstance(protocol, WebRequest):
            if protocol.duration() > self.factory.timeout:
                protocol.basic_error(503, b"Service Unavailable",
                                     "Worker server failed to respond within time limit.")
        elif self._is_old(protocol):
            protocol.serverClose()
        else:
            protocol.check_ping()

    def _is_old(self, protocol):
        # autobahn raises for one that isn't open yet.
        return (protocol.state != protocol.STATE_CONNECTING
                and 0 <= self.factory.websocket_timeout < protocol.duration())


def abort(protocol):
    """Immediately ends the connection of a request or a socket."""
    channel = protocol.channel if isinstance(protocol, WebRequest) else protocol
    transport = getattr(channel, "transport", None)
    if transport is not None:
        transport.abortConnection()
