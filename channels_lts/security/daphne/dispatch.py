"""
Messages from workers to daphne's sockets.
"""
from daphne.ws_protocol import WebSocketProtocol

TRY_LATER = 1013
# RFC 6455's registry, without 1000 and codes never sent in a frame: autobahn's sendClose refuses
# them.
REGISTERED = (1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, TRY_LATER, 1014)


class Dispatch:
    """
    Replaces the `dispatch_reply` of one of daphne's factories, which ignores empty frames:
    `{"text": ""}` and `{"bytes": b""}` are sent like others, after an `accept` and before a
    `close`. It also only closes with 1000 and private codes, and refuses only with 403: here a
    `close` may have any code, and 1013 refuses a handshake with 503.
    """

    def __init__(self, factory):
        self.factory = factory
        self.dispatch_reply = factory.dispatch_reply

    def __call__(self, channel, message):
        protocol = self.factory.reply_protocols.get(channel)
        if not isinstance(protocol, WebSocketProtocol):
            self.dispatch_reply(channel, message)
        elif is_refusal(protocol, message):
            self._refuse(channel, protocol, message)
        elif empty_kind(message) or message.get("close") in REGISTERED:
            self._dispatch_in_parts(channel, protocol, message, empty_kind(message))
        else:
            self.dispatch_reply(channel, message)

    def _refuse(self, channel, protocol, message):
        if message.get("close") == TRY_LATER:
            protocol.try_later("Try again later")
        else:
            self.dispatch_reply(channel, message)

    def _dispatch_in_parts(self, channel, protocol, message, kind):
        own = ("text", "bytes", "close") if kind else ("close",)
        self.dispatch_reply(channel, {
            key: value for key, value in message.items() if key not in own})
        if kind:
            protocol.serverSend(message[kind], kind == "bytes")
        if message.get("close") in REGISTERED:
            protocol.sendCloseFrame(code=message["close"], isReply=False)
        elif message.get("close"):
            self.dispatch_reply(channel, {"close": message["close"]})


def empty_kind(message):
    """
    "text" or "bytes" if a message has an empty frame of this kind, and no other; otherwise None.
    """
    kinds = [kind for kind in ("text", "bytes") if message.get(kind) is not None]
    return kinds[0] if len(kinds) == 1 and len(message[kinds[0]]) == 0 else None


def is_refusal(protocol, message):
    """Whether a message refuses a handshake."""
    accepts = message.get("accept") or message.get("text") or message.get("bytes")
    return protocol.state == protocol.STATE_CONNECTING and (
        message.get("accept") is False or bool(message.get("close")) and not accepts)
