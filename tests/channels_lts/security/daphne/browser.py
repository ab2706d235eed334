"""
A daphne without a network, and browsers that are held back as TCP holds them back.
"""
import logging

from autobahn.websocket.protocol import WebSocketProtocol
from daphne.http_protocol import HTTPFactory
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from websocket import ABNF

from channels_lts.security.daphne.clients import Clients
from channels_lts.security.daphne.guard import guard
from channels_lts.security.daphne.head import Head
from channels_lts.security.daphne.sockets import SocketGuard
from channels_lts.security.refusal_log import RefusalLog

HANDSHAKE = (b"GET /somewhere/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
             b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             b"Sec-WebSocket-Version: 13\r\n\r\n")
READ = 2 ** 16  # what a transport reads at once


def frame(opcode, data=b"", fin=1):
    made = ABNF(fin, 0, 0, 0, opcode, 1, data)
    made.get_mask_key = lambda size: b"mask"
    return made.format()


def text(content):
    return frame(ABNF.OPCODE_TEXT, content.encode("utf8"))


PING, PONG = frame(ABNF.OPCODE_PING, b"p"), frame(ABNF.OPCODE_PONG)
CLOSE = frame(ABNF.OPCODE_CLOSE, b"\x03\xe8")


class Turns(Clock):
    """A reactor's timers: what is due runs in one turn, what that schedules in a later one."""

    def turn(self, seconds=0):
        self.rightNow += seconds
        due = [call for call in self.calls if call.getTime() <= self.rightNow]
        self.calls = [call for call in self.calls if call not in due]
        for call in due:
            if call.active():
                call.called = 1
                call.func(*call.args, **call.kw)


class Daphne:
    """`frames`: how many a socket may send in all. It is the channel layer too."""

    def __init__(self, frames=10 ** 9):
        self.clock = Turns()
        self.messages = []  # (channel, message)
        self.frames = frames
        self.counted = {}  # frames by socket
        self.log = Log()
        self.clients = Clients(self.clock)
        self.guard = SocketGuard(self.clock, self.clients, self._is_one_too_many,
                                 RefusalLog(self.log, self.clock.seconds), [], [])
        self.factory = HTTPFactory(self, send_channel="daphne.response.test!")
        guard(self.factory, self.clock)
        self.factory.ws_factory.setProtocolOptions(failByDrop=False)
        self.factory.ws_factory.protocol = self.guard

    def send(self, channel, message):
        self.messages.append((channel, message))

    def _is_one_too_many(self, socket):
        self.counted[socket] = self.counted.get(socket, 0) + 1
        return self.counted[socket] > self.frames

    def connect(self, address="192.0.2.1"):
        return Browser(self, address)

    def open(self, address="192.0.2.1"):
        browser = self.connect(address)
        browser.socket.serverAccept()
        self.clock.turn()
        return browser

    def received(self, channel="websocket.receive"):
        return [message.get("text", message.get("bytes"))
                for name, message in self.messages if name == channel]

    def let_pass(self, seconds, *browsers):
        for _ in range(int(seconds * 20)):
            self.clock.turn(0.05)
            for browser in browsers:
                browser.write()


class Log(logging.Logger):
    def __init__(self):
        super().__init__("test")
        self.lines = []

    def handle(self, record):
        self.lines.append(record.getMessage())


class Transport(StringTransport):
    producerPaused = False  # of what is written


class Browser:
    def __init__(self, daphne, address):
        kind = IPv6Address if ":" in address else IPv4Address
        self.unread = b""
        self.transport = Transport(peerAddress=kind("TCP", address, 4000),
                                   hostAddress=kind("TCP", "::1", 80))
        self.transport.registerProducer(self, True)  # as daphne's HTTP channel is
        self.socket = socket = daphne.factory.ws_factory.buildProtocol(None)
        socket._raw_query_string = b""
        socket.set_main_factory(daphne.factory)
        socket.makeConnection(self.transport)
        socket.begin_handshake(Head.parse(HANDSHAKE), "http")

    @property
    def is_held_back(self):
        return self.transport.producerState == "paused"

    @property
    def is_open(self):
        return self.socket.state == WebSocketProtocol.STATE_OPEN

    @property
    def close_code(self):
        """Of the close that it was sent, or None."""
        return self.socket.localCloseCode

    def send(self, data, read=READ):
        self.unread += data
        self.write(read)

    def write(self, read=READ):
        """Passes on to daphne what its system has received, unless it doesn't read."""
        while self.unread and not self.is_held_back:
            data, self.unread = self.unread[:read], self.unread[read:]
            self.socket.dataReceived(data)

    def break_off(self):
        self.socket.connectionLost(Failure(ConnectionLost()))
