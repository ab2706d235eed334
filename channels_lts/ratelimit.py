"""
How often something may be done. Counted in the cache, which all processes share.
"""
import math
import random
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
    Takes one of `most` places for so many seconds, and returns the key to `release` it by; raises
    RateLimited, and takes nothing, when all are taken. So within any time of that length no more
    than `most` get one, whenever it begins: a place is a key that the cache's own `add` makes,
    and its own clock ends.
    """
    until = time() + seconds
    keys = ["limit:%s:%d" % (what, place) for place in range(most)]
    taken = {}
    if keys:
        key = random.choice(keys)
        if cache.add(key, until, math.ceil(seconds)):
            return key
        taken = cache.get_many(keys)
        for key in keys:
            if key not in taken and cache.add(key, until, math.ceil(seconds)):
                return key
    soonest = min(taken.values(), default=until) - time()
    raise RateLimited(min(max(1, math.ceil(soonest)), math.ceil(seconds)))


def release(key):
    """Takes back one use that `consume` has counted."""
    cache.delete(key)
