"""
Helpers for consumers of http.request. No middleware runs there, so the host is checked and the
headers are set here.
"""
import functools
import json

from django.core.exceptions import SuspiciousOperation

from channels_lts.security.headers import default_headers
from channels_lts.security.request import AsgiRequest

HEADERS = [
    (b"Content-Type", b"application/json"),
    (b"Cache-Control", b"no-store"),
]


class Refusal(Exception):
    """A request answered with `status` and a reason; `headers` are pairs of bytes."""

    def __init__(self, status, reason, headers=()):
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = list(headers)


def response(status, content, headers=()):
    """The message that answers a request with `content` as JSON."""
    return answer(status, json.dumps(content).encode("ascii"), headers)


def answer(status, content, headers=()):
    """Likewise, with bytes as the content."""
    return {"status": status, "headers": HEADERS + default_headers() + list(headers),
            "content": content}


def get_only(consumer):
    """
    Decorates a consumer that answers GET requests: it may raise Refusal, and finds the request, as
    in views, in `message.request`.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        try:
            message.request = checked(message)
            return consumer(message, *args, **kwargs)
        except Refusal as refusal:
            refuse(message, refusal)
        except SuspiciousOperation:  # more fields than Django accepts: noticed when they are read
            refuse(message, unreadable())
    return inner


def refuse(message, refusal):
    message.reply_channel.send(response(
        refusal.status, {"error": refusal.reason}, refusal.headers))


def unreadable():
    return Refusal(400, "The host or the query can't be read.")


def checked(message):
    if message["method"] != "GET":
        raise Refusal(405, "Only GET is answered here.", [(b"Allow", b"GET")])
    try:
        request = AsgiRequest(message)
        request.get_host()
    except SuspiciousOperation:
        raise unreadable()
    return request
