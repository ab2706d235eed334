"""
A WebSocket as daphne would hand it to the consumers, on the in-memory layer.
"""
import json

from channels.exceptions import DenyConnection
from channels.test.base import Client
from django.conf import settings

from .protocol import content_of

ORIGIN = "http://testserver"


class Refused(AssertionError):
    """The consumer refused the handshake."""


def cookie(name, value):
    return b"cookie", ("%s=%s" % (name, value)).encode("ascii")


class Socket(Client):
    """
    Sends what daphne 1.4 sends, headers as a list of pairs too: channels' WSClient passes a dict,
    which no origin check accepts (channels issue 748).
    """

    def __init__(self, path, session_key=None, origin=ORIGIN, query="", address="192.0.2.1",
                 headers=(), language=None):
        """`headers`: more of them, pairs of bytes; `language`: that of the visitor's cookie."""
        super().__init__()
        self.path = path
        self.order = 0
        self.first = None  # a frame that came with the accept
        self.ended = None  # the first code that it was closed with
        headers = [(b"host", b"testserver")] + list(headers)
        if origin is not None:
            headers.append((b"origin", origin.encode("ascii")))
        if session_key:
            headers.append(cookie(settings.SESSION_COOKIE_NAME, session_key))
        if language:
            headers.append(cookie(settings.LANGUAGE_COOKIE_NAME, language))
        self.handshake = {"headers": headers, "query_string": query.encode("ascii"),
                          "client": [address, 4711]}

    def deliver(self, channel, **content):
        content.update(path=self.path, order=self.order)
        self.order += 1
        self.send(channel, content)
        return self.consume(channel)

    def connect(self):
        try:
            self.deliver("websocket.connect", **self.handshake)
        except DenyConnection:
            raise Refused(self.path)
        answer = self.next()
        if not answer.get("accept"):
            raise Refused("%s: %r" % (self.path, answer))
        self.first = answer if "text" in answer else None
        return self

    def say(self, content):
        self.deliver("websocket.receive", text=content if isinstance(content, str)
                     else json.dumps(content))

    def disconnect(self):
        self.deliver("websocket.disconnect", code=1000)

    def next(self):
        """The next message to this socket, as daphne would get it, or None."""
        if self.first:
            content, self.first = self.first, None
            return content
        _channel, content = self.channel_layer.receive_many([self.reply_channel])
        return content

    def frame(self):
        """The next frame, decoded if it is JSON, or None. Passes over the end (close_code)."""
        for message in iter(self.next, None):
            self.ended = self.ended or message.get("close")
            if "text" in message:
                return content_of(message["text"])

    def frames(self):
        return list(iter(self.frame, None))

    def close_code(self):
        """The code that daphne closes the socket with, or None. Reads all waiting frames."""
        self.frames()
        return self.ended
