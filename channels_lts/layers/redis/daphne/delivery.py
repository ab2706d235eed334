"""
From list entries to the sockets: each bundle is unpacked here, once.
"""
from collections import deque

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer

from channels_lts.security.daphne import closing

from .. import bundle
from ..capabilities import DRAIN
from . import daphne_server, wire
from .admission import TRY_LATER
from .prepared_frame import PreparedFrame


class Delivery:
    """
    Delivers messages in order: frames directly to open sockets, everything else to daphne through
    the inbox. Messages for many go out in slices, between which others may overtake them; but each
    socket gets its messages in the order in which they were sent.
    """
    slice_seconds = 0.003
    small = 64  # frames with up to this many receivers are served in one go
    few = 16  # the same for what daphne itself has to process, which takes longer
    step = 32  # sockets between two checks of the clock
    most_entries = 200
    most_large = 16

    def __init__(self, clock, layer, process, daphne, inbox):
        self.clock = clock
        self.layer = layer
        self.process = process
        self.daphne = daphne
        self.inbox = inbox
        self.entries = deque()
        self.large = deque()  # (PreparedFrame, {local part: None} of those still without it)
        self.waiting_for_idle = []  # Deferreds
        self.is_pumping = self.is_scheduled = False

    def take(self, entries):
        """Takes list entries, oldest first."""
        self.entries.extend(entries)
        self.pump()

    def is_busy(self):
        """Whether further entries should stay in Redis for now."""
        return len(self.entries) >= self.most_entries or len(self.large) >= self.most_large

    def when_idle(self):
        """A Deferred that fires once, when `is_busy` ends."""
        waiting = defer.Deferred()
        self.waiting_for_idle.append(waiting)
        return waiting

    def next_message(self, seconds):
        """A Deferred of the next (channel, message) for daphne; see Inbox.get."""
        answer = self.inbox.get(seconds)
        if self.inbox.waiting is not None:
            self._schedule()
        return answer

    def pump(self):
        """Delivers for a slice of time; the rest follows in later turns of the reactor."""
        if self.is_pumping:
            return
        self.is_pumping = True
        was_busy = self.is_busy()
        try:
            self._work(self.entries, lambda deadline: self._open(self.entries.popleft()))
            self._work(self.large, self._advance)
        finally:
            self.is_pumping = False
            if self._may_go_on():
                self._schedule()
        if was_busy and not self.is_busy():
            self._tell_idle()

    def _tell_idle(self):
        waiting, self.waiting_for_idle = self.waiting_for_idle, []
        for each in waiting:
            each.callback(None)

    def _schedule(self):
        # In a later turn, even if daphne may be asking just now: it asks after each message.
        if (self.entries or self.large) and not (self.is_pumping or self.is_scheduled):
            self.is_scheduled = True
            self.clock.callLater(0, self._pump_later)

    def _pump_later(self):
        self.is_scheduled = False
        self.pump()

    def _may_go_on(self):
        return self.inbox.waiting is not None or self.inbox.is_empty()

    def _work(self, queue, step):
        deadline = self.clock.seconds() + self.slice_seconds
        while queue and self._may_go_on():
            step(deadline)
            if self.clock.seconds() >= deadline:
                return

    def _open(self, data):
        try:
            entry = bundle.unpack(data)
            message = self.layer.deserialize(entry.payload)
            channel = None if entry.names else message.pop("__asgi_channel__", self.process)
        except bundle.UNREADABLE as error:
            self.layer.drop_log.note(self.process, reason=bundle.why_unreadable(error))
            return
        if channel == self.process and message == DRAIN:
            self.daphne.drain()
            return
        frame = PreparedFrame.of(message, self.daphne.factory)
        if channel is not None:
            self._single(channel, frame)
        elif len(entry.names) > (self.few if frame.raw is None else self.small):
            self.large.append((frame, dict.fromkeys(entry.names)))
        else:
            for name in entry.names:
                self._single(self.process + name, frame)

    def _single(self, channel, frame):
        protocol = self.daphne.protocols.get(channel)
        if self.large:
            self._catch_up(channel, protocol)
        self._hand(channel, protocol, frame)

    def _catch_up(self, channel, protocol):
        """Sends one socket the frames for many that it hasn't got yet."""
        name = channel[len(self.process):]
        for frame, missing in self.large:
            if name in missing:
                del missing[name]
                self._hand(channel, protocol, frame)

    def _advance(self, deadline):
        frame, missing = self.large[0]
        hand, step = (self._leave, 1) if frame.raw is None else (self._pass, self.step)
        protocols = self.daphne.protocols
        while missing and self.clock.seconds() < deadline and self._may_go_on():
            for _ in range(min(step, len(missing))):
                channel = self.process + missing.popitem()[0]
                hand(channel, protocols.get(channel), frame)
        if not missing:
            self.large.popleft()

    def _hand(self, channel, protocol, frame):
        # Messages daphne hasn't taken yet may be for the same socket.
        if frame.raw is not None and self.inbox.is_empty():
            self._pass(channel, protocol, frame)
        else:
            self._leave(channel, protocol, frame)

    def _leave(self, channel, protocol, frame):
        """Leaves a message to daphne, unless its receiver is gone: daphne would ignore it too."""
        if (daphne_server.is_socket(protocol) and protocol.state == protocol.STATE_OPEN
                and protocol.transport.producerPaused and self._is_too_slow(protocol)):
            return
        if protocol is not None or self.daphne.factory is None:
            self.inbox.put(channel, dict(frame.message))

    def _pass(self, channel, protocol, frame):
        # The hot path: autobahn's sendMessage takes five times as long for each socket.
        # last_data is left alone: a sent frame doesn't show that the other side is alive, and in a
        # busy room daphne would never ping a browser whose cable was pulled.
        if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
            transport = protocol.transport
            if transport.producerPaused and self._is_too_slow(protocol):
                return
            if protocol.websocket_extensions_in_use or protocol.send_queue:
                protocol.sendPreparedMessage(frame.encoded)
            else:
                wire.write(transport, frame.raw)
        elif not daphne_server.is_socket(protocol) or protocol.state == protocol.STATE_CONNECTING:
            self._leave(channel, protocol, frame)

    def _is_too_slow(self, protocol):
        # Twisted sets producerPaused when more than 64 KiB wait for the browser, and unsets it when
        # all of it is gone; it doesn't say how much waits, so this is FileDescriptor.doWrite's own
        # sum (twisted/internet/abstract.py). A TLS transport delegates to its TCP transport.
        transport = protocol.transport
        unsent = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        if unsent <= self.layer.max_backlog:
            return False
        self.layer.drop_log.note(
            self.process, reason="a browser reads too slowly, it is closed (max_backlog)")
        closing.close(protocol, TRY_LATER)
        return True
