"""
How often something may be done. Counted in the cache, which all processes share.
"""
import math
from collections import OrderedDict, namedtuple
from contextlib import contextmanager
from time import time

from django.core.cache import cache

from .frames import FrameError

TOO_OFTEN = 4429  # close code: come back later

# Uses by one user, and by one socket or address of anonymous visitors, within so many seconds.
Limit = namedtuple("Limit", "user anonymous seconds")


class RateLimited(FrameError):
    """`retry_after`: whole seconds; `until`: when it may be tried again, as time() tells it."""

    def __init__(self, until):
        self.until = until
        self.retry_after = max(1, math.ceil(until - time()))
        super().__init__(
            "rate_limited", "Too often: try again in %d seconds." % self.retry_after)


class Refused:
    """Until when something is refused, in this process: the first one is forgotten first."""
    most = 10000

    def __init__(self):
        self.until = OrderedDict()

    def check(self, key):
        """Raises RateLimited."""
        if self.until.get(key, 0) > time():
            raise RateLimited(self.until[key])

    def note(self, key, until):
        self.until[key] = until
        if len(self.until) > self.most:
            self.until.popitem(last=False)


refused = Refused()


@contextmanager
def remembered(what, message):
    """
    For the `with` around all that a frame asks for, the look at who sent it and the `hit` among it:
    once that has raised RateLimited, it is raised for `what` of this socket without any of it,
    until there may be uses again. A refusal by `hit` alone costs the session, the user, and what
    comes before it.
    """
    key = what, message.reply_channel.name
    refused.check(key)
    try:
        yield
    except RateLimited as error:
        refused.note(key, error.until)
        raise


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
    window = time() // seconds
    key = "limit:%s:%d" % (what, window)
    if count(key, 2 * seconds) > most:
        release(key)
        raise RateLimited((window + 1) * seconds)
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
