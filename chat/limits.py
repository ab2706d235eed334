"""
How often one person may do something. Counted in the cache, which all processes share.
"""
import math
from collections import namedtuple
from time import time

from django.core.cache import cache

from workshop.frames import FrameError

Limit = namedtuple("Limit", "person stranger seconds")

LIMITS = {
    "message": Limit(10, 0, 10),
    "question": Limit(30, 30, 10),
    # Many strangers may share an address: those in one office, or behind a proxy.
    "join": Limit(20, 600, 60),
    "create": Limit(10, 0, 3600),
}


class RateLimited(FrameError):
    """`retry_after`: whole seconds."""

    def __init__(self, retry_after):
        super().__init__("rate_limited", "Too often: try again in %d seconds." % retry_after)
        self.retry_after = retry_after


def spend(kind, user, stranger=None):
    """
    Counts one use of `kind` by a user; or, where nobody is logged in, by what `stranger` names:
    a socket, an address. Raises RateLimited.
    """
    limit = LIMITS[kind]
    if user.is_authenticated:
        count("%s:user:%s" % (kind, user.pk), limit.person, limit.seconds)
    else:
        count("%s:stranger:%s" % (kind, stranger), limit.stranger, limit.seconds)


def count(what, most, seconds):
    turn, passed = divmod(time(), seconds)
    key = "chat:%s:%d" % (what, turn)
    cache.add(key, 0, 2 * seconds)
    if cache.incr(key) > most:
        raise RateLimited(math.ceil(seconds - passed))
