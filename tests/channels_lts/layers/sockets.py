"""
A daphne for the tests of the delivery: its protocols, without a network.
"""
from autobahn.websocket.protocol import WebSocketFactory
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.abstract import FileDescriptor
from twisted.internet.task import Clock

PROCESS = "daphne.response.test!"


class Transport:
    producerPaused = False

    def __init__(self, sent):
        self.sent = sent

    def write(self, raw):
        head = {126: 4, 127: 10}.get(raw[1], 2)  # RFC 6455, section 5.2
        self.sent.append(raw[head:].decode("utf8"))


class Wire(FileDescriptor):
    """Twisted's own buffer, for a browser that reads this many bytes at each `doWrite`."""
    connected = 1

    def __init__(self, taken):
        super().__init__(Clock())
        self.taken = taken
        self.registerProducer(self, True)

    def writeSomeData(self, data):
        return min(len(data), self.taken)

    def startWriting(self):
        pass

    stopWriting = pauseProducing = resumeProducing = startWriting


class Socket(WebSocketProtocol):
    """Records what was sent, and has its state set by the test."""

    def __init__(self, is_open=True):
        self.state = self.STATE_OPEN if is_open else self.STATE_CONNECTING
        self.sent = []
        self.transport = Transport(self.sent)
        self.websocket_extensions_in_use = []
        self.send_queue = []
        self.closed_with = None
        self.last_data = None

    def sendPreparedMessage(self, prepared):
        self.sent.append("compressed " + prepared.payload.decode("utf8"))

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        self.closed_with = code
        self.state = self.STATE_CLOSING


class Daphne:
    """What DaphneServer finds."""
    is_draining = False

    def __init__(self, **sockets):
        self.protocols = {PROCESS + name: socket for name, socket in sockets.items()}
        self.factory = self
        self.ws_factory = WebSocketFactory()
        self.ws_factory.isServer = True
        self.restarted = []  # the sockets of each `restart`
        self.drains = 0  # calls of `drain`

    def sockets(self):
        return list(self.protocols.values())

    def restart(self, sockets):
        self.restarted.append(sockets)

    def drain(self):
        self.drains += 1


class Reader:
    """
    Asks for messages as daphne does: for the next one as soon as it has dealt with one; with a
    clock, some time after that.
    """

    def __init__(self, delivery, dispatch=None, clock=None):
        self.delivery = delivery
        self.clock = clock
        self.got = []
        self.dispatch = dispatch or (lambda channel, message: None)

    def start(self):
        self.delivery.next_message(3600).addCallback(self._took)
        return self

    def _took(self, answer):
        self.got.append(answer)
        self.dispatch(*answer)
        if self.clock is None:
            self.start()
        else:
            self.clock.callLater(0.005, self.start)
