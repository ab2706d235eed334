"""
The connection that carries requests to daphne.
"""
from twisted.internet.interfaces import IPushProducer, ITCPTransport

from .connection import Connection
from .deadline import Deadline
from .head import FRAMING, MALFORMED, Head
from .refusal import Refusal
from .request import GuardedRequest
from .uploads import Upload

END = b"\r\n\r\n"


class GuardedChannel(Connection):
    """
    Passes requests to Twisted's channel one at a time, after reading and checking each head:
    Twisted's own reads on past an unanswered request (CVE-2023-46137, CVE-2024-41671).
    It answers refused requests itself, and keeps reading for a while so that the answer arrives.
    """
    MAX_LENGTH = totalHeadersSize = float("inf")  # Twisted's: ours apply instead
    linger_bytes = 32 * 2 ** 20
    linger_seconds = 10
    # Chunked bodies have some bytes of overhead per chunk; more of them than this is an attack on
    # the reader, which takes as long for a one-byte chunk as for a large one.
    framing_bytes, framing_share = 16 * 2 ** 10, 4

    def __init__(self, guard):
        super().__init__(guard)
        self.body_size = self.wire_size = 0
        self.upload = Upload(guard.uploads, "")
        self.unread = b""
        self.is_reading = self.is_congested = False
        self.consume = self._read_head
        self.deadline = Deadline(guard.clock, self._is_late)
        self.refused = False
        self.head = None  # of the last request
        self.discarded = 0

    @property
    def requestFactory(self):
        return GuardedRequest

    @requestFactory.setter
    def requestFactory(self, value):
        """daphne's buildProtocol sets its own WebRequest on each protocol, regardless."""

    def dataReceived(self, data):
        self.unread += data
        if self.is_reading:  # called by Twisted with data left after a request, see requestDone
            return
        self.is_reading = True
        try:
            while self.unread and self.consume():
                pass
        except Refusal as refusal:
            self.refuse(refusal)
        finally:
            self.is_reading = False

    def pauseProducing(self):
        """Called by the transport when more than 64 KiB wait for the client."""
        self.is_congested = True
        super().pauseProducing()

    def resumeProducing(self):
        """Called by the transport when everything has been sent."""
        super().resumeProducing()
        self.is_congested = False
        self.dataReceived(b"")

    def _read_head(self):
        # Data already read may hold thousands of requests, each for another answer that nobody
        # reads: Twisted's own would process them all.
        if self.is_congested:
            return False
        self.unread = self.unread.lstrip(b"\r\n")  # RFC 7230, section 3.5
        end = self.unread.find(END)
        if (len(self.unread) if end < 0 else end) > self.guard.limits.MAX_HEADER_BYTES:
            raise Refusal(431, "a request's headers have more than MAX_HEADER_BYTES")
        if end < 0:
            self.deadline.begin(lambda: self.guard.limits.HEADER_SECONDS)
            return False
        data, self.unread = self.unread[:end + len(END)], self.unread[end + len(END):]
        self.deadline.end()
        self._begin(Head.parse(data))
        return True

    def _begin(self, head):
        self.head = head
        address = self.guard.prepare(head, self.getPeer())
        self.body_size = self.wire_size = 0
        self.upload = Upload(self.guard.uploads, address)
        length = head.length
        if head.is_handshake and (self.unread or length != 0):
            raise Refusal(400, "bytes behind a handshake, before its answer")
        self._check_size(length or 0)
        if head.is_handshake:
            self.guard.check_handshake(head, address)
        self._pass_on(bytes(head.framing()))

    def allHeadersReceived(self):
        # Twisted parses only the framing: for each line it repeats what Head has already done.
        add = self.requests[-1].requestHeaders.addRawHeader
        for name, value in self.head.fields:
            if name not in FRAMING:
                add(name, value)
        super().allHeadersReceived()

    def _check_size(self, size):
        if size > self.guard.limits.MAX_BODY:
            raise Refusal(413, "a body of more than MAX_BODY")
        if not self.upload.hold(size):
            raise Refusal(503, "more uploads wait than MAX_WAITING_BYTES, or of one address "
                          "MAX_WAITING_BYTES_PER_ADDRESS", retry_after=5)

    def _read_body(self):
        data, self.unread = self.unread, b""
        self.wire_size += len(data)
        self._pass_on(data)
        # After the end of a body come the next requests.
        if (self.consume == self._read_body and
                self.wire_size > self.framing_bytes + self.framing_share * self.body_size):
            raise Refusal(400, MALFORMED)
        return True

    def _pass_on(self, data):
        super().dataReceived(data)
        if self.refused:
            return
        request = self.requests[-1]
        if request.is_complete:
            self.deadline.end()
            self.consume = self._hold
            request.process()
        else:
            self.consume = self._read_body
            self.deadline.begin(self._body_seconds)

    def _body_seconds(self):
        return self.guard.limits.seconds_for(self.body_size)

    def takes(self, amount):
        """Whether the body may have this many bytes more; if not, the request is refused."""
        if not self.refused:
            self.body_size += amount
            try:
                self._check_size(self.body_size)
            except Refusal as refusal:
                self.refuse(refusal)
        return not self.refused

    def _hold(self):
        # Twisted's own keeps what arrives while it handles a request, and stops reading in time.
        data, self.unread = self.unread, b""
        super().dataReceived(data)
        return True

    def leave(self):
        super().leave()
        self._release()
        self.setTimeout(None)
        self.requests.clear()  # the transport still knows this channel, as its producer
        producer = IPushProducer(self.transport, None)
        if producer is not None:  # possibly paused by the previous answer
            producer.resumeProducing()

    @property
    def is_awaited(self):
        """Whether a stopping daphne waits for this connection, which may still lack an answer."""
        return not self.refused

    def end_if_idle(self):
        """Call it when daphne stops: later requests would find nobody."""
        if not (self.requests or self.unread or self.refused or self.is_ending):
            self.loseConnection()

    def requestDone(self, request):
        self.upload.release()
        if self.guard.drain.is_begun:
            self.persistent = False
        self.consume = self._read_head if self.persistent else self._discard
        super().requestDone(request)

    def allContentReceived(self):
        if not self.refused:
            super().allContentReceived()

    def refuse(self, refusal):
        """Answers with a Refusal; nothing that arrives now or later is read as a request."""
        if self.refused:
            return
        self.guard.log.note(refusal.reason, self.peer_host)
        if self.head is not None and self.head.is_handshake:
            self.guard.handshake_refused(refusal.reason)
        self.refused = True
        self.consume = self._discard
        self._discard()
        self.setTimeout(None)
        self._release()
        self.transport.write(refusal.response(self.guard.response_headers))
        # A connection closed with unread data is reset, and the answer is lost. So only our half is
        # closed; TLS has no halves.
        if ITCPTransport.providedBy(self.transport) and not self.isSecure():
            self.transport.loseWriteConnection()
        self.end_within(lambda: self.linger_seconds)

    def _respondToBadRequestAndDisconnect(self):
        # Twisted's name for what it does on malformed chunks; there is no public one.
        self.refuse(Refusal(400, MALFORMED))

    def _discard(self):
        self.discarded += len(self.unread)
        self.unread = b""
        if self.discarded > self.linger_bytes:
            self.transport.loseConnection()
        return False

    def _is_late(self):
        self.refuse(Refusal(408, "a request takes longer than HEADER_SECONDS or BODY_SECONDS"))

    def _release(self):
        self.deadline.end()
        self.upload.release()

    def connectionLost(self, reason):
        self._release()
        super().connectionLost(reason)
