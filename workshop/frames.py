"""
JSON in WebSocket frames, and a client's mistakes in them.
"""
import json

from django.core.serializers.json import DjangoJSONEncoder


class FrameError(Exception):
    """
    A mistake of the client's: `code` is for its program, `message` for its author. The consumer
    answers with error_frame(); the socket stays open.
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


def encode(content):
    """`content` as the message that puts one text frame on a socket."""
    return {"text": json.dumps(content, cls=DjangoJSONEncoder)}


def error_frame(error):
    return encode({"error": {"code": error.code, "message": error.message}})


def refuse_constant(name):
    raise ValueError("%s isn't JSON" % name)


def decode(message, limit):
    """
    The content of a websocket.receive message of at most `limit` characters; raises FrameError.
    """
    text = message.get("text")
    if text is None:
        raise FrameError("not_text", "Send text frames.")
    if len(text) > limit:
        raise FrameError("too_large", "Frames here hold at most %d characters." % limit)
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):  # a few thousand brackets are enough for the latter
        raise FrameError("bad_json", "The frame isn't JSON.")
