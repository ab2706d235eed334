"""
How a WebSocket begins.
"""
from autobahn.twisted.websocket import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

from channels_lts.logs.subject import about

from ..request_id import ids_of
from .head import Head

# What autobahn needs of a handshake, and the headers in which daphne finds the client's address
NEEDED = [b"host", b"upgrade", b"connection", b"origin", b"sec-websocket-key",
          b"sec-websocket-version", b"sec-websocket-protocol", b"sec-websocket-extensions",
          b"sec-websocket-origin"]
SCHEME = b"daphne-scheme"
OPTIONS = tuple(WebSocketProtocol.CONFIG_ATTRS)


class HandshakeSocket(WebSocketProtocol):
    """
    Gives autobahn only what it needs, and the channel layer the headers as received: autobahn
    parses them with str.splitlines, which takes \\x85, \\x0b, \\x1c and others for line ends.
    """
    # autobahn lists the options that it copies from the factory for its debug log, with pformat and
    # whatever the log level: half of a handshake's cost in daphne. So they are copied here.
    CONFIG_ATTRS = ()

    def __init__(self, refusal_log, response_headers, proxy_headers):
        """
        `response_headers`: [(name, value)] for a refused handshake. `proxy_headers`: names of those
        that daphne should trust. All in bytes.
        """
        super().__init__()
        self.refusal_log = refusal_log
        self.response_headers = response_headers
        self.proxy_headers = proxy_headers
        self.head = None
        self.is_begun = False
        self.is_given_up = False  # answered, though not by a worker

    def _connectionMade(self):
        for option in OPTIONS:
            setattr(self, option, getattr(self.factory, option))
        super()._connectionMade()

    def begin_handshake(self, head, scheme):
        """
        `head`: of the request; the headers needed are ASCII. `scheme`: "http" or "https", which
        consumers find in the header daphne-scheme.
        """
        self.head = head
        self.head.replace(SCHEME, [scheme.encode("ascii")])
        super().dataReceived(bytes(needed(head, self.proxy_headers)))
        self.is_begun = True

    def dataReceived(self, data):
        if self.is_begun and self.state == self.STATE_CONNECTING:
            # RFC 6455, section 4.1: the client must wait for the answer. autobahn would collect the
            # data without a limit, and take another handshake in it for one more socket.
            self.refusal_log.note("bytes behind a handshake, before its answer", self.peer)
            self.dropConnection(abort=True)
        else:
            super().dataReceived(data)

    def ids(self):
        """The Ids it is logged under, once it has a reply channel."""
        return ids_of(getattr(self, "reply_channel", ""), self.head.fields if self.head else ())

    def onOpen(self):
        with about(self.ids):
            super().onOpen()

    def serverReject(self):
        with about(self.ids):
            super().serverReject()

    def onClose(self, wasClean, code, reason):
        with about(self.ids):
            super().onClose(wasClean, code, reason)

    def onConnect(self, request):
        request.path = self.head.target.partition(b"?")[0].decode("ascii")
        request.headers = {name.decode("ascii"): value.decode("latin1")
                           for name, value in merged(self.head.fields)}
        with about(self.ids):
            return super().onConnect(request)

    def give_up(self, reason):
        """Answers with 503, in place of a worker."""
        self.is_given_up = True
        self.try_later(reason)

    def try_later(self, reason):
        """
        Refuses with 503: the client may retry. daphne uses 403 for everything that workers refuse.
        """
        self.handshake_deferred.errback(ConnectionDeny(code=503, reason=reason))
        self.cleanup()

    def sendHttpErrorResponse(self, code, reason, responseHeaders=None):
        headers = [(name.decode("latin1"), value.decode("latin1"))
                   for name, value in self.response_headers]
        later = [("Retry-After", "5")] if code == 503 else []
        super().sendHttpErrorResponse(code, reason, [
            ("Content-Length", "0"), ("Connection", "close"), ("Cache-Control", "no-store"),
            *later, *headers, *(responseHeaders or ())])


def needed(head, more):
    """A Head with what autobahn should know. `more`: names of headers besides those in NEEDED."""
    fields = [field for field in head.fields if field[0] in NEEDED or field[0] in more]
    return Head(head.method, b"/", head.version, list(merged(fields)))


def merged(fields):
    """Each name once; several values are joined as a list, RFC 7230, section 3.2.2."""
    values = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    for name, each in values.items():
        yield name, (b"; " if name == b"cookie" else b", ").join(each)
