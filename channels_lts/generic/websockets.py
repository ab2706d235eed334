"""
Counterpart of channels.generic.websockets: it checks the origin of sockets, gets the visitor from
channels_lts.auth, and can answer a client's mistakes with error frames.
"""
from channels.binding.base import Binding as ChannelsBinding
from channels.generic import websockets
from channels.generic.base import BaseConsumer
from channels.generic.websockets import WebsocketMultiplexer
from channels.sessions import enforce_ordering
from django.utils.translation import ugettext as _

from .. import outages, ratelimit, sessions
from ..auth.decorators import on_disconnect, on_receive, tied
from ..binding import history, sequence
from ..binding.base import Binding
from ..conf import settings
from ..frames import FrameError, check_size, error_frame, parse, text_of
from ..security.websockets import no_foreign_origin
from .streams import on_stream

__all__ = ["JsonWebsocketConsumer", "WebsocketConsumer", "WebsocketDemultiplexer",
           "WebsocketMultiplexer"]

DECORATORS = {
    "websocket.connect": tied,
    "websocket.receive": on_receive,
    "websocket.disconnect": on_disconnect,
}


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


class WebsocketConsumer(websockets.WebsocketConsumer):
    """
    channels' WebsocketConsumer, for sockets that anybody can open. A handshake from a page of
    another site is refused.

    With `http_user` or `http_user_and_session` it has `message.user` and `message.http_session`,
    from channels_lts.auth, and `message.channel_session`, whose row is created on first access:
    channels leaves one behind for every socket (channels issue 768), which survives a logout.
    `slight_ordering` is always on since channels 1.1, and no error.

    A FrameError that `receive` raises is answered with an error frame.
    """

    # Whether what channels only logs is answered: frames that are empty, too large, not JSON, or
    # for an unknown stream. None: as CHANNELS_LTS["ANSWER_FRAMES"] says.
    answer_frames = None
    max_frame = 8192  # characters, or bytes; for classes that answer

    @classmethod
    def answers(cls):
        return settings.ANSWER_FRAMES if cls.answer_frames is None else cls.answer_frames

    def knows_user(self):
        return self.http_user or self.http_user_and_session

    def is_ordered(self):
        return self.strict_ordering

    def get_handler(self, message, **kwargs):
        self.path = message["path"]
        handler = BaseConsumer.get_handler(self, message, **kwargs)
        if self.is_ordered():
            handler = enforce_ordering(handler)
        # Inside a demultiplexer all of this has been done.
        if hasattr(message, "user"):
            return handler
        if self.knows_user():
            handler = DECORATORS[message.channel.name](sessions.channel_session(handler))
        is_handshake = message.channel.name == "websocket.connect"
        return no_foreign_origin(handler) if is_handshake else handler

    def raw_connect(self, message, **kwargs):
        """
        As in channels; if `connect` isn't overridden, the groups are joined with the acceptance.
        """
        groups = self.connection_groups(**kwargs)
        if hasattr(message, "tie") and type(self).connect is websockets.WebsocketConsumer.connect:
            message.tie.bring(groups)
        else:
            sessions.join(message, groups)
        self.connect(message, **kwargs)

    def raw_receive(self, message, **kwargs):
        try:
            with outages.answered(self.answers()):
                self.deliver(message, **kwargs)
        except FrameError as error:
            message.reply_channel.send(error_frame(error))

    def deliver(self, message, **kwargs):
        """Makes `receive` process a frame. Raises FrameError."""
        if self.answers():
            check_size(message, self.max_frame)
        super().raw_receive(message, **kwargs)


class JsonWebsocketConsumer(WebsocketConsumer, websockets.JsonWebsocketConsumer):
    """channels' JsonWebsocketConsumer on our WebsocketConsumer."""

    def deliver(self, message, **kwargs):
        if self.answers():
            text_of(message, self.max_frame)
        elif "text" not in message:
            raise ValueError("No text section for incoming WebSocket frame!")
        self.receive(self.content_of(message["text"]), **kwargs)

    def content_of(self, text):
        try:
            return self.decode_json(text)
        except ValueError:
            if self.answers():
                raise FrameError("bad_json", _("The frame isn't JSON."))
            raise

    @classmethod
    def decode_json(cls, text):
        """Raises ValueError; for classes that answer, also for values outside JSON, such as NaN."""
        return parse(text) if cls.answers() else super().decode_json(text)


class WebsocketDemultiplexer(JsonWebsocketConsumer, websockets.WebsocketDemultiplexer):
    """
    channels' WebsocketDemultiplexer on our consumers. Name the consumers of the streams in
    `consumers`, and the groups in `groups` or connection_groups; or bindings in `bindings`, whose
    streams and groups are then the socket's.

    A consumer's own `send` is the multiplexer's: its content goes out on its stream. For bindings
    of a socket that answers (see answer_frames), each stream's number is sent with the acceptance,
    and to a client that asks for it with {"action": "sync"}; with `after`, the number up to which
    it has received everything, a page gets later frames, where the binding keeps them (`history`).

    A socket should join one group per stream: the numbers of two would look like losses.
    """

    bindings = []
    http_user = None  # None: set if there is a binding, which checks the user's permissions
    max_frame = 64 * 1024  # characters
    syncs = 30, 10  # that one socket may ask for: (count, seconds)

    def streams(self):
        """{name: its consumer}"""
        return dict({binding.stream: binding.consumer for binding in self.bindings},
                    **self.consumers)

    def bindings_of_streams(self):
        """{name: the binding, channels' or ours, that has this stream}"""
        found = {name: getattr(consumer, "__self__", None)
                 for name, consumer in self.streams().items()}
        return {name: owner for name, owner in found.items()
                if isinstance(owner, type) and issubclass(owner, ChannelsBinding)}

    def knows_user(self):
        return super().knows_user() or self.http_user is None and self.bindings_of_streams()

    def is_ordered(self):
        # A binding on its own would wait for frames that go to other streams.
        return self.strict_ordering or any(
            getattr(binding, "strict_ordering", False)
            for binding in self.bindings_of_streams().values())

    # Groups and their numbers

    def group_for(self, binding, **kwargs):
        """
        The group of the binding that the socket joins; `kwargs` come from the route. None if it
        depends on the row and isn't specified: then its number isn't sent.
        """
        groups = binding.all_groups() if binding.has_fixed_groups() else []
        return groups[0] if groups else None

    def connection_groups(self, **kwargs):
        return list(self.groups or []) + [
            self.group_for(binding, **kwargs) for binding in self.bindings]

    def numbered(self, stream, **kwargs):
        """(the binding, this socket's group of it), or None if no numbers are sent."""
        binding = self.bindings_of_streams().get(stream)
        if binding is None or not issubclass(binding, Binding) or not binding.answers():
            return None
        group = self.group_for(binding, **kwargs)
        return (binding, group) if group in self.connection_groups(**kwargs) else None

    def sync(self, stream, **kwargs):
        """Sends this socket the number of the stream's last frame, if its group is numbered."""
        self.sync_each([stream], **kwargs)

    def sync_each(self, streams, **kwargs):
        """`sync` of several streams."""
        found = {stream: self.numbered(stream, **kwargs) for stream in streams}
        found = {stream: each for stream, each in found.items() if each is not None}
        numbers = sequence.current_of(
            {binding.numbered_by(group) for binding, group in found.values()})
        for stream, (binding, group) in found.items():
            self.tell_number(stream, binding, numbers[binding.numbered_by(group)])

    def tell_number(self, stream, binding, number):
        told = {"action": "sync", "model": binding.model_label, "seq": number}
        if settings.PAGE_VERSION is not None:
            told["version"] = settings.PAGE_VERSION
        self.multiplexer(stream).send(told)

    def recover(self, stream, asked, **kwargs):
        """
        Sends this socket the frames of the stream that it has missed, given the payload that asks
        for them. Returns whether it could.
        """
        after, known = (each if is_number(each) else None
                        for each in (asked.get("after"), asked.get("known")))
        found = self.numbered(stream, **kwargs)
        if found is None or after is None:
            return False
        binding, group = found
        frames = history.reader.missed(binding, group, after, known)
        if frames is not None:
            self.multiplexer(stream).send({"action": "recovered", "model": binding.model_label,
                                           "after": after, "frames": frames})
        return frames is not None

    # Messages

    def multiplexer(self, stream):
        return self.multiplexer_class(stream, self.message.reply_channel)

    def connect(self, message, **kwargs):
        """
        Accepts, and sends the streams' numbers. The socket is in its groups by now: later commits
        arrive as frames, and what it fetches after the handshake has the rest.
        """
        self.message.reply_channel.send({"accept": True})
        self.tell_all(message, **kwargs)
        if self.answers():
            self.sync_each(self.streams(), **kwargs)

    def disconnect(self, message, **kwargs):
        self.tell_all(message, **kwargs)

    def tell_all(self, message, **kwargs):
        for stream, consumer in self.streams().items():
            on_stream(consumer)(message, multiplexer=self.multiplexer(stream), **kwargs)

    def receive(self, content, **kwargs):
        stream, payload = self.addressed(content)
        if self.answers() and payload.get("action") == "sync" \
                and stream in self.bindings_of_streams():
            ratelimit.use("sync:%s" % self.message.reply_channel.name, *self.syncs)
            self.recover(stream, payload, **kwargs) or self.sync(stream, **kwargs)
        else:
            self.hand_over(stream, payload, **kwargs)

    def addressed(self, content):
        """A frame's stream name and payload. Raises FrameError or ValueError."""
        if not isinstance(content, dict) or not isinstance(content.get("stream"), str) \
                or not isinstance(content.get("payload"), dict):
            raise self.mistake(
                "bad_frame", _('Frames here are {"stream": "...", "payload": {...}}.'))
        if content["stream"] not in self.streams():
            raise self.mistake("unknown_stream", _("The streams here are %s.") % ", ".join(
                self.streams()))
        return content["stream"], content["payload"]

    def mistake(self, code, message):
        return FrameError(code, message) if self.answers() else ValueError(message)

    def hand_over(self, stream, payload, **kwargs):
        """Calls the stream's consumer like channels, with its JSON as the frame's text."""
        content = self.message.content
        text, content["text"] = content["text"], self.encode_json(payload)
        try:
            on_stream(self.streams()[stream])(
                self.message, multiplexer=self.multiplexer(stream), **kwargs)
        finally:
            content["text"] = text
