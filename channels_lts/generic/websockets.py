"""
channels' generic consumers, for sockets that anybody can open: the origin is checked, the visitor
comes from channels_lts.auth, and what a client gets wrong is answered with an error frame.
"""
from channels.generic import websockets

from .. import auth
from ..frames import FrameError, check_size, decode, error_frame
from ..security.websockets import allowed_origins_only


class VisitorMixin(object):
    """
    Checks the origin of a generic consumer's sockets. With `http_user` or `http_user_and_session`
    it also has `message.user` and `message.http_session`, of channels_lts.auth: channels' own way
    leaves a row of a channel session behind for every socket (channels issue 768), which survives
    a logout.
    """

    DECORATORS = {
        "websocket.connect": auth.on_connect,
        "websocket.receive": auth.on_receive,
        "websocket.disconnect": auth.on_disconnect,
    }

    def get_handler(self, message, **kwargs):
        knows_visitor = self.http_user or self.http_user_and_session
        self.http_user = self.http_user_and_session = False  # channels' own way isn't taken
        handler = super().get_handler(message, **kwargs)
        if knows_visitor:
            return self.DECORATORS[message.channel.name](handler)
        is_handshake = message.channel.name == "websocket.connect"
        return allowed_origins_only(handler) if is_handshake else handler


class WebsocketConsumer(VisitorMixin, websockets.WebsocketConsumer):
    """A WebsocketConsumer with a bound on frames, whose receive may raise FrameError."""

    max_frame = 8192  # characters, or bytes

    def raw_receive(self, message, **kwargs):
        try:
            check_size(message, self.max_frame)
            super().raw_receive(message, **kwargs)
        except FrameError as error:
            message.reply_channel.send(error_frame(error))


class WebsocketDemultiplexer(VisitorMixin, websockets.WebsocketDemultiplexer):
    """
    A WebsocketDemultiplexer whose streams' consumers may raise FrameError.

    channels' receive, which raises what a client gets wrong and sets an attribute of the classes
    in `consumers`, isn't used: a consumer's own `send` goes out without its stream's name.
    """

    max_frame = 64 * 1024  # characters

    def streams(self):
        """{name: what answers there}"""
        return self.consumers

    def raw_receive(self, message, **kwargs):
        try:
            stream, payload = self.addressed(decode(message, self.max_frame))
            self.receive(stream, payload, **kwargs)
        except FrameError as error:
            message.reply_channel.send(error_frame(error))

    def addressed(self, content):
        """The stream's name and the payload of a frame. Raises FrameError."""
        if not isinstance(content, dict) or not isinstance(content.get("stream"), str) \
                or not isinstance(content.get("payload"), dict):
            raise FrameError("bad_frame", 'Frames here are {"stream": "...", "payload": {...}}.')
        if content["stream"] not in self.streams():
            raise FrameError("unknown_stream", "The streams here are %s." % ", ".join(
                self.streams()))
        return content["stream"], content["payload"]

    def receive(self, stream, payload, **kwargs):
        """Calls the stream's consumer as channels does."""
        self.message.content["text"] = self.encode_json(payload)  # it decodes that itself
        multiplexer = self.multiplexer_class(stream, self.message.reply_channel)
        self.consumers[stream](self.message, multiplexer=multiplexer, **kwargs)
