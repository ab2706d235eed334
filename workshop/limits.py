"""
How often something may be done. Counted in the cache, which all processes share.
"""
import math
from collections import namedtuple
from time import time

from django.core.cache import cache

from .frames import FrameError

TOO_OFTEN = 4429  # close code: come back later

Limit = namedtuple("Limit", "person stranger seconds")


class RateLimited(FrameError):
    """`retry_after`: whole seconds."""

    def __init__(self, retry_after):
        super().__init__("rate_limited", "Too often: try again in %d seconds." % retry_after)
        self.retry_after = retry_after


def spend(what, limit, user, stranger=None):
    """
    Counts one use of `what` by a user; or, where nobody is logged in, by what `stranger` names:
    a socket, an address. Raises RateLimited.
    """
    if user.is_authenticated:
        count("%s:user:%s" % (what, user.pk), limit.person, limit.seconds)
    else:
        count("%s:stranger:%s" % (what, stranger), limit.stranger, limit.seconds)


def count(what, most, seconds):
    """Counts one use; raises RateLimited when there were more than `most` in these seconds."""
    turn, passed = divmod(time(), seconds)
    key = "limit:%s:%d" % (what, turn)
    cache.add(key, 0, 2 * seconds)
    if cache.incr(key) > most:
        raise RateLimited(math.ceil(seconds - passed))
