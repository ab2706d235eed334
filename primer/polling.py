"""
The limits of a long poll, and its end.
"""
import re

from django.conf import settings

from channels_lts import auth, ratelimit, sessions
from channels_lts.frames import FrameError
from channels_lts.ratelimit import Limit

from . import http
from .limits import LIMITS
from .sending import give_later

OVER = "primer.poll-over"
# New polls of a user, and of an anonymous visitors' address, within the time that one may last: so
# at most twice as many wait, less than half of sending.MOST_WAITING.
WAITS = 30, 200
# Likewise for all anonymous visitors: part of MOST_WAITING is always left to users.
ANONYMOUS_WAITS = 400
NUMBER = re.compile(r"[0-9]{1,15}\Z")


def number_in(message):
    """The number in `?after=`, 0 if there is none. Raises Refusal."""
    value = message.request.GET.get("after", "0")
    if not NUMBER.match(value):
        raise http.Refusal(400, "after must be a whole number, 0 or more.")
    return int(value)


def hit(message):
    """Counts a poll by this user or, if nobody is logged in, address. Raises Refusal."""
    auth.attach_request_user(message)
    count("primer:poll", LIMITS["poll"], message)


def count(what, limit, message, anonymous=None):
    """`anonymous`: the limit for all anonymous visitors together."""
    try:
        ratelimit.hit(what, limit, message.user, sessions.ip_address_of(message))
        if anonymous and not message.user.is_authenticated:
            ratelimit.use(what + ":anonymous", anonymous, limit.seconds)
    except ratelimit.RateLimited as error:
        raise too_many(error, error.retry_after)


def end_later(message, after):
    """Makes the poll end when it has waited for long enough. Raises Refusal."""
    seconds = settings.PRIMER_POLL_SECONDS
    count("primer:wait", Limit(*WAITS, seconds=seconds), message, ANONYMOUS_WAITS)
    try:
        give_later(OVER, {"after": after, "reply_channel": message.reply_channel.name}, seconds)
    except FrameError as error:
        raise too_many(error, seconds)


def too_many(error, retry_after):
    return http.Refusal(429, error.message, [(b"Retry-After", b"%d" % retry_after)])
