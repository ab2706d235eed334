"""
daphne's factory in memory: connections that are given bytes, and a layer that keeps messages.
"""
import re

from daphne.http_protocol import HTTPFactory
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from channels_lts.security.daphne.guard import guard

STATUS = re.compile(rb"HTTP/1\.[01] (\d+) ")


class RecordingLayer:
    class ChannelFull(Exception):
        pass

    def __init__(self):
        self.sent = []
        self.is_full = False

    def send(self, channel, message):
        if self.is_full:
            raise self.ChannelFull
        if channel != "http.disconnect":
            self.sent.append((channel, message))


class Connection:
    """What a client sees of one connection."""

    def __init__(self, factory, host):
        address = IPv4Address("TCP", host, 4711)
        self.transport = StringTransport(peerAddress=address)
        self.transport.protocol = factory.buildProtocol(address)
        self.transport.protocol.makeConnection(self.transport)

    def send(self, data, size=None):
        """Gives the server data, in pieces of `size` bytes if that is given."""
        for start in range(0, len(data), size or len(data) or 1):
            if self.is_closed:
                return self
            self.transport.protocol.dataReceived(data[start:start + (size or len(data))])
        return self

    def lose(self):
        from twisted.internet.error import ConnectionDone
        from twisted.python.failure import Failure
        self.transport.protocol.connectionLost(Failure(ConnectionDone()))

    @property
    def is_closed(self):
        return self.transport.disconnecting or self.transport.disconnected

    @property
    def received(self):
        return self.transport.value()

    @property
    def statuses(self):
        return [int(each) for each in STATUS.findall(self.received)]


class Server:
    def __init__(self, limits=None, **options):
        self.layer = RecordingLayer()
        self.clock = Clock()
        self.factory = HTTPFactory(self.layer, send_channel="daphne.response.test!", **options)
        self.factory.reactor = self.clock
        self.guard = guard(self.factory, clock=self.clock, **(limits or {}))

    def connect(self, host="192.0.2.1"):
        return Connection(self.factory, host)

    @property
    def messages(self):
        return [message for _, message in self.layer.sent]

    @property
    def paths(self):
        return [message["path"] for message in self.messages]

    def answer(self, message, content=b"an answer", **more):
        self.factory.dispatch_reply(
            message["reply_channel"], dict({"status": 200, "content": content}, **more))


def request(target="/", *headers, method="GET", body=None):
    """A request in bytes. `headers`: lines, as text in latin1."""
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: example.org", *headers]
    if body is not None:
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines + ["", ""]).encode("latin1") + (body or b"")


def handshake(target="/", *headers):
    return request(target, "Upgrade: websocket", "Connection: Upgrade",
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
                   *headers)
