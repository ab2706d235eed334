"""
What the client of a failed message is told. Otherwise it would wait for its timeout.
"""
from channels.channel import Channel
from channels.exceptions import WebsocketCloseException

from ..security.headers import default_headers

STATUSES = {500: b"Internal Server Error", 503: b"Service Unavailable"}


def server_error(status=500):
    """It passes no middleware."""
    headers = [(b"Content-Type", b"text/plain"), (b"Cache-Control", b"no-store")]
    if status == 503:
        headers.append((b"Retry-After", b"5"))
    return {"status": status, "headers": headers + default_headers(), "content": STATUSES[status]}


class ReplyChannel(Channel):
    """A reply channel that remembers the last content sent to it, in `last`."""
    last = None

    def send(self, content, immediately=False):
        super().send(content, immediately)
        self.last = content


def watch_reply(message):
    """Makes the message's reply channel one that `fail` can ask what was sent."""
    if message.reply_channel is not None:
        message.reply_channel = ReplyChannel(
            message.reply_channel.name, channel_layer=message.channel_layer)


def is_closed(message):
    """Whether the last message sent to the reply channel closes its socket."""
    last = message.reply_channel and message.reply_channel.last
    return bool(last and last.get("close"))


def fail(message, status=500):
    """
    Answers a request that has no answer yet with this status, 500 or 503, ends a half-finished
    answer, and refuses a new socket (an accepted one is closed: it may have joined no group).
    """
    reply = message.reply_channel
    if reply is None:
        return
    if message.channel.name == "websocket.connect":
        reply.send({"close": True})
    elif message.channel.name == "http.request" and not reply.last:
        reply.send(server_error(status))
    elif message.channel.name == "http.request" and reply.last.get("more_content"):
        reply.send({"content": b"", "more_content": False})


def refuse(message):
    """
    For messages that may succeed later: closes a socket with 1013 (try again later, RFC 6455's
    registry), which a guarded daphne turns into 503 if the socket isn't accepted yet, and answers a
    request with 503.
    """
    if is_socket(message):
        message.reply_channel.send({"close": 1013})
    else:
        fail(message, 503)


def end_socket(message, error):
    """
    Does what a ChannelSocketException asks for; raises ValueError if that isn't possible.

    WebsocketCloseException.run refuses every reply channel of daphne 1.x, since it looks for
    "websocket." in a name that starts with "daphne.response." (known since channels issue 195).
    """
    if isinstance(error, WebsocketCloseException) and is_socket(message):
        message.reply_channel.send({"close": error._code or True})
    else:
        error.run(message)


def is_socket(message):
    return message.channel.name.startswith("websocket.") and message.reply_channel is not None
