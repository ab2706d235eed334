"""
From what stood in the list to the sockets: each bundle is unfolded here, once.
"""
import logging
from collections import deque
from weakref import WeakKeyDictionary

from cryptography.fernet import InvalidToken
from daphne.ws_protocol import WebSocketProtocol
from msgpack import UnpackException

from .. import bundle
from . import server, wire
from .refusals import TRY_LATER

logger = logging.getLogger(__name__)


class Frame:
    """A message that is one WebSocket frame and nothing else, encoded once for all who get it."""

    def __init__(self, message, prepared):
        self.message = message
        self.prepared = prepared
        self.raw = prepared.payloadHybi  # as it goes out where no extension is in use

    @classmethod
    def of(cls, message, factory):
        """The Frame, or None if the message has to be left to daphne."""
        if factory is None or len(message) != 1:
            return None
        (kind, content), = message.items()
        if not content or not isinstance(content, {"text": str, "bytes": bytes}.get(kind, ())):
            return None
        try:
            content = content.encode("utf8") if kind == "text" else content
        except UnicodeEncodeError:
            return None
        return cls(message, factory.ws_factory.prepareMessage(content, kind == "bytes"))


class Delivery:
    """
    Hands messages over in their order: frames straight to open sockets, all else to daphne by
    the inbox. A frame for many sockets goes out in slices, and others overtake it between them;
    but no socket gets its messages in another order than they were sent in.
    """
    slice_seconds = 0.003
    small = 64  # up to so many receivers are served in one go
    step = 32  # sockets between two looks at the clock
    most_intake = 200
    most_large = 16

    def __init__(self, reactor, layer, process, daphne, inbox):
        self.reactor = reactor
        self.layer = layer
        self.process = process
        self.daphne = daphne
        self.inbox = inbox
        self.inbox.on_asked = self.pump
        self.on_idle = lambda: None
        self.intake = deque()
        self.large = deque()  # (frame, {local part: None} of those who don't have it yet)
        self.backlogs = WeakKeyDictionary()
        self.is_pumping = self.is_scheduled = False

    def take(self, entries):
        """Takes what stood in the list, oldest first."""
        self.intake.extend(entries)
        self.pump()

    def is_busy(self):
        """Whether more should stay in Redis for now."""
        return len(self.intake) >= self.most_intake or len(self.large) >= self.most_large

    def pump(self):
        """Delivers for a slice of time; the rest follows in later turns of the reactor."""
        if self.is_pumping:
            return
        self.is_pumping = True
        was_busy = self.is_busy()
        try:
            self._work(self.intake, lambda deadline: self._open(self.intake.popleft()))
            self._work(self.large, self._advance)
        finally:
            self.is_pumping = False
            if (self.intake or self.large) and self._may_go_on() and not self.is_scheduled:
                self.is_scheduled = True
                self.reactor.callLater(0, self._pump_later)
        if was_busy and not self.is_busy():
            self.on_idle()

    def _pump_later(self):
        self.is_scheduled = False
        self.pump()

    def _may_go_on(self):
        return self.inbox.waiting is not None or self.inbox.is_empty()

    def _work(self, queue, step):
        deadline = self.reactor.seconds() + self.slice_seconds
        while queue and self._may_go_on():
            step(deadline)
            if self.reactor.seconds() >= deadline:
                return

    def _open(self, data):
        try:
            entry = bundle.unpack(data)
            message = self.layer.deserialize(entry.payload)
        except (bundle.UnknownFormat, InvalidToken, UnpackException, ValueError) as error:
            self.layer.drops.note(self.process, reason="it can't be read: %r" % error)
            return
        if not entry.names:
            channel = message.pop("__asgi_channel__", self.process)
            self._single(channel, message, Frame.of(message, self.daphne.factory))
            return
        frame = Frame.of(message, self.daphne.factory)
        if frame is not None and len(entry.names) > self.small:
            self.large.append((frame, dict.fromkeys(entry.names)))
        else:
            for name in entry.names:
                self._single(self.process + name, dict(message), frame)

    def _single(self, channel, message, frame):
        protocol = self.daphne.protocols.get(channel)
        if server.is_socket(protocol):
            self._catch_up(channel, protocol)
            if frame is not None and protocol.state != protocol.STATE_CONNECTING:
                self._pass(channel, protocol, frame)
                return
        elif protocol is None and self.daphne.factory is not None:
            return  # gone; daphne would ignore it too
        self.inbox.put(channel, message)

    def _catch_up(self, channel, protocol):
        """Serves a socket what it hasn't got yet of the frames that are on their way to many."""
        if self.large:
            name = channel[len(self.process):]
            for frame, missing in self.large:
                if name in missing:
                    del missing[name]
                    self._pass(channel, protocol, frame)

    def _advance(self, deadline):
        frame, missing = self.large[0]
        protocols = self.daphne.protocols
        while missing and self.reactor.seconds() < deadline:
            for _ in range(min(self.step, len(missing))):
                channel = self.process + missing.popitem()[0]
                self._pass(channel, protocols.get(channel), frame)
        if not missing:
            self.large.popleft()

    def _pass(self, channel, protocol, frame):
        # The hot path: autobahn's sendMessage takes five times as long for each socket.
        # last_data stays as it is: a frame that went out says nothing about who is there, and in a
        # busy room daphne would never ping a browser whose cable was pulled.
        if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
            transport = protocol.transport
            if (self.backlogs or transport.producerPaused) and self._is_too_slow(protocol, frame):
                return
            if protocol.websocket_extensions_in_use or protocol.send_queue:
                protocol.sendPreparedMessage(frame.prepared)
            else:
                wire.write(transport, frame.raw)
        elif protocol is not None and (not server.is_socket(protocol)
                                       or protocol.state == protocol.STATE_CONNECTING):
            self.inbox.put(channel, dict(frame.message))

    def _is_too_slow(self, protocol, frame):
        # Twisted sets it when more than 64 KiB wait for the browser, and unsets it when all is
        # gone. A TLS transport doesn't tell.
        if not protocol.transport.producerPaused:
            self.backlogs.pop(protocol, None)
            return False
        backlog = self.backlogs[protocol] = self.backlogs.get(protocol, 0) + len(frame.raw)
        if backlog <= self.layer.max_backlog:
            return False
        self.layer.drops.note(self.process, reason="a browser reads too slowly, it is closed")
        server.close(protocol, TRY_LATER)
        return True
