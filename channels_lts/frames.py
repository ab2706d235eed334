"""
JSON in WebSocket frames, and clients' mistakes in them.
"""
import functools
import json
import math

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import ugettext as _

MAX_DIGITS = 1000  # of a whole number: int() takes quadratic time (CVE-2020-10735)
MAX_DEPTH = 64  # nesting of objects and lists, so that whatever was read can be sent again


class FrameError(Exception):
    """`code` is for the client program, `message` for its author. The socket stays open."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class Undecided(FrameError):
    """
    The answer isn't available now: a server is away, or has lost its data. The client should ask
    again.
    """

    def __init__(self):
        super().__init__("unavailable", _("This can't be answered right now: try again."))


def encode(content):
    """`content` as the message that puts one text frame on a socket."""
    return {"text": json.dumps(content, cls=DjangoJSONEncoder)}


def described(error):
    """A FrameError as the keys of an error frame; for a RateLimited, with when to come back."""
    content = {"code": error.code, "message": error.message}
    if hasattr(error, "retry_after"):
        content["retry_after"] = error.retry_after
    return content


def error_frame(error):
    return encode({"error": described(error)})


def answer_mistakes(consumer):
    """
    Decorates a consumer that may raise FrameError: the sender, and nobody else, gets the error.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        try:
            return consumer(message, *args, **kwargs)
        except FrameError as error:
            message.reply_channel.send(error_frame(error))
    return inner


def refuse_constant(name):
    raise ValueError("%s isn't JSON" % name)


def finite(digits):
    """The number; 1e999 would be sent on as Infinity, which isn't JSON. Raises ValueError."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError("%.20s is too large" % digits)
    return number


def integer(digits):
    if len(digits) > MAX_DIGITS:
        raise ValueError("%.20s has too many digits" % digits)
    return int(digits)


def check_depth(content):
    """Raises ValueError for what is nested too deep."""
    level = [content] if isinstance(content, (dict, list)) else []
    for _level in range(MAX_DEPTH):
        level = [child for each in level
                 for child in (each.values() if isinstance(each, dict) else each)
                 if isinstance(child, (dict, list))]
        if not level:
            return
    raise ValueError("it is nested too deep")


def parse(text):
    """The content of untrusted JSON text. Raises ValueError."""
    try:
        content = json.loads(text, parse_int=integer, parse_float=finite,
                             parse_constant=refuse_constant)
    except RecursionError:  # a few thousand brackets are enough
        raise ValueError("it is nested too deep")
    check_depth(content)
    return content


def decode(message, limit):
    """
    The content of a websocket.receive message of at most `limit` characters; raises FrameError.
    """
    try:
        return parse(text_of(message, limit))
    except ValueError:
        raise FrameError("bad_json", _("The frame isn't JSON."))


def text_of(message, limit):
    """The text of a frame of at most `limit` characters; raises FrameError."""
    text = message.get("text")
    if text is None:
        raise FrameError("not_text", _("Only text frames are accepted."))
    if len(text) > limit:
        raise FrameError(
            "too_large", _("A frame may have at most %d characters.") % limit)
    return text


def check_size(message, limit):
    """Raises FrameError for a text or binary frame that is empty or too large."""
    content = message.get("text") or message.get("bytes")
    if not content:
        raise FrameError("empty", _("The frame is empty."))
    if len(content) > limit:
        raise FrameError(
            "too_large", _("A frame may have at most %d characters or bytes.") % limit)
