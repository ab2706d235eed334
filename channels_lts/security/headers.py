"""
The headers of a request, before Django or anything else parses them; and those of every answer.
"""
import re

from django.utils.six.moves.urllib.parse import urlsplit

from channels_lts.conf import settings

from . import content_type
from .charsets import is_safe
from .errors import BadRequest

# RFC 7230, 3.3.2 and 5.4; several of the others are joined by channels with a comma.
SINGLE = {b"content-length", b"content-type", b"host"}
# A client's preferences. A client that gets less than it asked for is still served.
HINTS = {b"accept", b"accept-charset", b"accept-encoding", b"accept-language"}
TEXT = re.compile(rb"[\t\x20-\x7e]*\Z")
LENGTH = re.compile(rb"[0-9]{1,18}\Z")  # int() also accepts signs, spaces and underscores


def clean(headers):
    """The (name, value) pairs, in bytes and with lower-case names, as Django may see them."""
    limits = settings.MAX_HEADER_LENGTHS or {}
    found = []
    cookies = []
    seen = set()
    for name, value in headers:
        if name in SINGLE and name in seen:
            raise BadRequest("a second %s header" % name.decode("ascii"))
        seen.add(name)
        if name == b"cookie":
            cookies.append(value)
        elif name in HINTS:
            found.append((name, hint(value, most(limits, name))))
        elif name != b"referer" or is_url(value):
            found.append((name, checked(name, value, most(limits, name))))
    if cookies:  # RFC 7540, 8.1.2.5
        found.append((b"cookie", checked(
            b"cookie", b"; ".join(cookies), most(limits, b"cookie"))))
    return found


def most(limits, name):
    return limits.get(name.decode("latin1"))


def hint(value, limit):
    """The value without non-ASCII (DRF echoes what it was asked for), cut at a comma."""
    value = b",".join(part for part in value.split(b",") if is_text(part))
    if limit is None or len(value) <= limit:
        return value
    return value[:limit + 1].rpartition(b",")[0]


def is_text(value):
    return TEXT.match(value) is not None


def is_url(value):
    """Django's CSRF check doesn't catch urlparse's errors: "https://[" would be a 500."""
    try:
        urlsplit(value.decode("latin1"))
    except ValueError:
        return False
    return True


def checked(name, value, limit):
    if limit is not None and len(value) > limit:
        raise BadRequest("a %s header longer than MAX_HEADER_LENGTHS" % name.decode("latin1"), 431)
    if name == b"content-length" and not LENGTH.match(value):
        raise BadRequest("a Content-Length that isn't a number")
    if name == b"content-type":
        check_content_type(value)
    return value


def check_content_type(value):
    if not is_text(value):
        raise BadRequest("a Content-Type that isn't ASCII")
    try:
        _kind, parameters = content_type.parse(value.decode("ascii"))
    except ValueError:
        raise BadRequest("a malformed Content-Type")
    if not all(is_safe(charset) for charset in content_type.values(parameters, "charset")):
        raise BadRequest("a charset that forms aren't sent in")


def default_headers():
    """RESPONSE_HEADERS as pairs of bytes, for answers to http.request that pass no middleware."""
    return [(name.encode("latin1"), value.encode("latin1"))
            for name, value in settings.RESPONSE_HEADERS.items()]
