"""
The daphne around the layer, as seen from here.
"""
from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketProtocol

from channels_lts.security.daphne import closing
from channels_lts.security.daphne.factories import listening
from channels_lts.security.daphne.guard import guard
from channels_lts.security.daphne.sockets import GuardedSocket


class DaphneServer:
    """
    Finds daphne's factory among the reactor's listeners. In a server other than daphne there is
    none: then no sockets are found here, and everything goes through `receive_twisted`.
    """
    search_seconds = 1
    slice_sockets = 100  # closed in one turn of the reactor

    def __init__(self, reactor, clock, process):
        """`process`: the process channel, which is the factory's `send_channel`."""
        self.reactor = reactor
        self.clock = clock
        self.process = process
        self._factory = None
        self._searched_at = None
        self.guarded = None

    @property
    def factory(self):
        """daphne's HTTPFactory, or None while there is none."""
        now = self.clock.seconds()
        if self._factory is None and (
                self._searched_at is None or now - self._searched_at > self.search_seconds):
            self._searched_at = now
            self._factory = self._search()
        return self._factory

    def _search(self):
        for factory in listening(self.reactor):
            if factory.send_channel == self.process:
                return factory
        return None

    def guard(self, layer, is_one_too_many, on_drain):
        """
        Installs the engine's guards in front of daphne (docs/security.md), with the layer's limits.
        A frame or message of more than `max_frame` bytes ends its socket with 1009 as soon as that
        is known: autobahn would first collect all of it. `is_one_too_many(socket)`: asked for each
        frame. `on_drain()`: called when daphne begins to shut down.
        """
        if self.factory is not None:
            self.guarded = guard(self.factory, self.clock, is_one_too_many,
                                 MAX_BODY=layer.max_body)
            self.guarded.start(self.reactor, on_drain)
            self.factory.ws_factory.setProtocolOptions(
                maxFramePayloadSize=layer.max_frame, maxMessagePayloadSize=layer.max_frame,
                failByDrop=False)

    def read_on(self):
        """Call it when the process ends: no socket is held back any more."""
        if self.guarded is not None:
            self.guarded.stop()

    @property
    def is_draining(self):
        """Whether daphne has begun to shut down."""
        return self.guarded is not None and self.guarded.drain.is_begun

    def drain(self):
        """Shuts daphne down as after SIGTERM, in a later turn of the reactor."""
        self.clock.callLater(0, self._drain)

    def _drain(self):
        if self.guarded is not None and not self.is_draining:  # a second time would end it at once
            self.guarded.drain.begin()

    @property
    def protocols(self):
        """{reply channel: daphne's protocol or request}"""
        return self.factory.reply_protocols if self.factory is not None else {}

    def window_of(self, reply_channel):
        """The Window of the address behind an open socket, or None."""
        protocol = self.protocols.get(reply_channel)
        client = protocol.client if isinstance(protocol, GuardedSocket) else None
        return client and client.window

    def sockets(self):
        """daphne's protocols of all sockets that have been opened."""
        return [each for each in list(self.protocols.values()) if is_socket(each)]

    def unanswered(self):
        """{reply channel: request} of the requests whose answer hasn't begun."""
        return {name: each for name, each in list(self.protocols.items())
                if isinstance(each, WebRequest) and not is_answered(each)}

    def restart(self, sockets):
        """Closes sockets, so that browsers reconnect; a few in each turn of the reactor."""
        for protocol in sockets[:self.slice_sockets]:
            closing.restart(protocol)
        if sockets[self.slice_sockets:]:
            self.clock.callLater(0, self.restart, sockets[self.slice_sockets:])


def is_socket(protocol):
    """Whether one of `protocols` is a WebSocket."""
    return isinstance(protocol, WebSocketProtocol)


def is_answered(protocol):
    """Whether a request's answer has begun, or a worker has answered a handshake."""
    if isinstance(protocol, WebRequest):
        return bool(protocol.startedWriting)
    deferred = getattr(protocol, "handshake_deferred", None)
    return (deferred is not None and deferred.called
            and not getattr(protocol, "is_given_up", False))
