"""
What workers send to daphne's sockets.
"""
from daphne.ws_protocol import WebSocketProtocol


class Dispatch:
    """
    Stands in for the `dispatch_reply` of one of daphne's factories, to which an empty frame is
    none: `{"text": ""}` and `{"bytes": b""}` are sent like others, behind an `accept` and before a
    `close`.
    """

    def __init__(self, factory):
        self.factory = factory
        self.dispatch_reply = factory.dispatch_reply

    def __call__(self, channel, message):
        protocol = self.factory.reply_protocols.get(channel)
        kind = empty_kind(message) if isinstance(protocol, WebSocketProtocol) else None
        if kind is None or is_refusal(protocol, message):
            self.dispatch_reply(channel, message)
        else:
            self._dispatch_empty(channel, protocol, message, kind)

    def _dispatch_empty(self, channel, protocol, message, kind):
        content, close = message[kind], message.get("close")
        self.dispatch_reply(channel, {
            key: value for key, value in message.items() if key not in ("text", "bytes", "close")})
        protocol.serverSend(content, kind == "bytes")
        if close:
            self.dispatch_reply(channel, {"close": close})


def empty_kind(message):
    """"text" or "bytes" if a message holds an empty frame of this kind, and no other; else None."""
    kinds = [kind for kind in ("text", "bytes") if message.get(kind) is not None]
    return kinds[0] if len(kinds) == 1 and len(message[kinds[0]]) == 0 else None


def is_refusal(protocol, message):
    """Whether a message refuses a handshake."""
    return protocol.state == protocol.STATE_CONNECTING and (
        message.get("accept") is False or bool(message.get("close")))
