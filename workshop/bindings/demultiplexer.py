from channels.generic.websockets import WebsocketDemultiplexer

from .. import visitors
from ..frames import FrameError, decode, encode, error_frame
from . import outbound, sequence


class Demultiplexer(WebsocketDemultiplexer):
    """
    A WebsocketDemultiplexer that is wired by its `bindings`: their streams are its streams and
    their groups the ones that a socket joins, so the two can't name different groups.

    A binding without a fixed group needs group_for to be implemented. A socket joins one group
    per stream: the numbers of two groups in one stream would look like losses.

    Frames that aren't understood are answered with an error frame; the socket stays open.
    channels' receive, which sets an attribute of the consumers it calls, isn't used.
    """

    bindings = []
    max_frame = 64 * 1024  # characters

    DECORATORS = {
        "websocket.connect": visitors.on_connect,
        "websocket.receive": visitors.on_receive,
        "websocket.disconnect": visitors.on_disconnect,
    }

    def group_for(self, binding, **kwargs):
        """The group of the binding that the socket joins; `kwargs` come from the route."""
        return binding.group

    def connection_groups(self, **kwargs):
        return [self.group_for(binding, **kwargs) for binding in self.bindings]

    def get_handler(self, message, **kwargs):
        handler = super().get_handler(message, **kwargs)
        return self.DECORATORS[message.channel.name](handler)

    def connect(self, message, **kwargs):
        """
        Accepts, and tells the number of each stream. The socket is in its groups by now: what
        commits from here on arrives, and what it fetches after the handshake has the rest.
        """
        message.reply_channel.send({"accept": True})
        for binding in self.bindings:
            self.sync(binding, **kwargs)

    def disconnect(self, message, **kwargs):
        """Nothing but leaving the groups: bindings keep nothing of a socket."""

    def raw_receive(self, message, **kwargs):
        try:
            binding, payload = self.addressed(decode(message, self.max_frame))
        except FrameError as error:
            message.reply_channel.send(error_frame(error))
        else:
            self.receive(binding, payload, **kwargs)

    def addressed(self, content):
        """The binding and the payload of a frame. Raises FrameError."""
        if not isinstance(content, dict) or not isinstance(content.get("stream"), str) \
                or not isinstance(content.get("payload"), dict):
            raise FrameError("bad_frame", 'Frames here are {"stream": "...", "payload": {...}}.')
        for binding in self.bindings:
            if binding.stream == content["stream"]:
                return binding, content["payload"]
        raise FrameError("unknown_stream", "The streams here are %s." % ", ".join(
            binding.stream for binding in self.bindings))

    def receive(self, binding, payload, **kwargs):
        if payload.get("action") == "sync":
            self.sync(binding, **kwargs)
        else:
            binding.consumer(self.message, payload=payload, **kwargs)

    def sync(self, binding, **kwargs):
        """Tells this socket the newest number of a stream."""
        number = sequence.newest(self.group_for(binding, **kwargs))
        self.message.reply_channel.send(
            encode(outbound.frame(binding, {"action": "sync"}, number)))
