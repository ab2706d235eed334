"""
How often something may be done. Counted in the cache, which all processes share.
"""
import math
from collections import namedtuple
from time import time

from django.core.cache import cache

from .frames import FrameError

TOO_OFTEN = 4429  # close code: come back later

# Uses by one user, and by one socket or address of anonymous visitors, within so many seconds.
Limit = namedtuple("Limit", "user anonymous seconds")


class RateLimited(FrameError):
    """`retry_after`: whole seconds."""

    def __init__(self, retry_after):
        super().__init__("rate_limited", "Too often: try again in %d seconds." % retry_after)
        self.retry_after = retry_after


def hit(what, limit, user, anonymous=None):
    """
    Counts one use of `what` by a user; or, where nobody is logged in, by what `anonymous` names:
    a socket, an address. Raises RateLimited.
    """
    if user.is_authenticated:
        consume("%s:user:%s" % (what, user.pk), limit.user, limit.seconds)
    else:
        consume("%s:anonymous:%s" % (what, anonymous), limit.anonymous, limit.seconds)


def consume(what, most, seconds):
    """
    Counts one use, and returns the key to `release` it by; raises RateLimited, and counts
    nothing, when there have been `most` in these seconds.
    """
    window, passed = divmod(time(), seconds)
    key = "limit:%s:%d" % (what, window)
    if count(key, 2 * seconds) > most:
        release(key)
        raise RateLimited(math.ceil(seconds - passed))
    return key


def count(key, seconds):
    """How many there have been with this one; kept for so many seconds."""
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:  # thrown away meanwhile, or this cache keeps nothing
        cache.set(key, 1, seconds)
        return 1


def release(key):
    """Takes back one use that `consume` has counted."""
    try:
        cache.decr(key)
    except ValueError:  # forgotten meanwhile
        pass
