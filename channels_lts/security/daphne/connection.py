"""
How connections begin and end, whatever the protocol on them.
"""
from twisted.internet.interfaces import IHandshakeListener
from twisted.web.http import HTTPChannel
from zope.interface import implementer

from .deadline import Deadline


@implementer(IHandshakeListener)
class Connection(HTTPChannel):
    """
    Counts towards its address, until it becomes a socket. It is aborted if TLS doesn't begin in
    time, or if the other side doesn't let it end: Twisted waits until everything is read, and with
    TLS for a close_notify, which RFC 8446, section 6.1, doesn't require; for ever, if it never
    comes.
    """

    def __init__(self, guard):
        super().__init__()
        self.guard = guard
        self.handshake = Deadline(guard.clock, self._is_late_to_begin)
        self.closing = Deadline(guard.clock, self._abort)
        self.slot = None
        self.is_ending = False
        self.answer_size = 0  # bytes of the last answer

    @property
    def peer_host(self):
        """The address of the other side, possibly a proxy's; empty if it has none."""
        return str(getattr(self.getPeer(), "host", ""))

    def connectionMade(self):
        super().connectionMade()
        self.guard.drain.connections.add(self)
        self.slot = self.guard.connections.acquire(self.peer_host)
        if self.slot is None:
            self.guard.log.note("connections of one address (MAX_CONNECTIONS_PER_ADDRESS)",
                                self.peer_host)
            self._abort()
        elif self.isSecure():
            self.handshake.begin(lambda: self.guard.limits.HEADER_SECONDS)

    def handshakeCompleted(self):
        """Called by Twisted when TLS has begun."""
        self.handshake.end()

    def leave(self):
        """Call it when another protocol takes over the transport."""
        self.slot.release()
        self.guard.drain.connections.discard(self)

    def requestDone(self, request):
        self.answer_size = request.sentLength
        super().requestDone(request)

    def loseConnection(self):
        self.is_ending = True
        super().loseConnection()
        self.end_within(lambda: self.guard.limits.seconds_for(self.answer_size))

    def end_within(self, allowance):
        """Aborts it after `allowance()` seconds; later calls change nothing."""
        self.closing.begin(allowance)

    def connectionLost(self, reason):
        self.guard.drain.connections.discard(self)
        self.handshake.end()
        self.closing.end()
        if self.slot is not None:
            self.slot.release()
        super().connectionLost(reason)

    def _is_late_to_begin(self):
        self.guard.log.note("a TLS handshake takes longer than HEADER_SECONDS", self.peer_host)
        self._abort()

    def _abort(self):
        self.transport.abortConnection()
