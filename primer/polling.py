"""
What stands around a long poll: its limits, and its end.
"""
import re

from django.conf import settings

from workshop import visitors
from workshop.frames import FrameError
from workshop.limits import RateLimited, count

from . import http
from .sending import give_later

OVER = "primer.poll-over"
NUMBER = re.compile(r"[0-9]{1,15}\Z")
MOST, SECONDS = 60, 60  # polls of an address in so many seconds


def number_in(message):
    """The number in `?after=`, 0 if there is none. Raises Refusal."""
    value = message.request.GET.get("after", "0")
    if not NUMBER.match(value):
        raise http.Refusal(400, "after is a whole number from 0 on.")
    return int(value)


def spend(message):
    """Counts a poll of this address. Raises Refusal."""
    try:
        count("primer:poll:%s" % visitors.address_of(message), MOST, SECONDS)
    except RateLimited as error:
        raise too_many(error, error.retry_after)


def end_later(message, after):
    """Has the poll ended when it has waited for long enough. Raises Refusal."""
    seconds = settings.PRIMER_POLL_SECONDS
    try:
        give_later(OVER, {"after": after, "reply_channel": message.reply_channel.name}, seconds)
    except FrameError as error:
        raise too_many(error, seconds)


def too_many(error, retry_after):
    return http.Refusal(429, error.message, [(b"Retry-After", b"%d" % retry_after)])
