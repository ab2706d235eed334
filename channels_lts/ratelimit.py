"""
Rate limits. Uses are counted in the cache, which all processes share.
"""
import logging
import math
import random
import threading
from collections import OrderedDict, namedtuple
from contextlib import contextmanager
from time import time

from django.core.cache import cache
from django.utils.translation import ugettext as _

from .frames import FrameError, Undecided

logger = logging.getLogger(__name__)

TOO_OFTEN = 4429  # close code: try again later

# Uses by one user, and by one socket or address of anonymous visitors, within `seconds`.
Limit = namedtuple("Limit", "user anonymous seconds")


class RateLimited(FrameError):
    """`retry_after`: whole seconds; `until`: when it may be tried again, as a time.time() value."""

    def __init__(self, until):
        self.until = until
        self.retry_after = max(1, math.ceil(until - time()))
        super().__init__(
            "rate_limited", _("Too often: try again in %d seconds.") % self.retry_after)


class Refused:
    """What is refused until when, in this process; the oldest entry is dropped first."""
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


class CacheWatch:
    """Logs one line when a cache goes away, and one when it is back."""

    def __init__(self):
        self.is_away = False
        self.lock = threading.Lock()

    @contextmanager
    def asking(self):
        """
        Wraps calls to the cache: raises RateLimited, and Undecided when the cache can't be reached.
        """
        try:
            yield
        except RateLimited:
            self.found(None)
            raise
        except Exception as error:  # each backend has its own
            self.found(error)
            raise Undecided() from error
        self.found(None)

    def found(self, error):
        with self.lock:
            if error is not None and not self.is_away:
                logger.error("The cache is away, limits can't be counted: %r", error)
            elif error is None and self.is_away:
                logger.warning("The cache is back")
            self.is_away = error is not None


cache_watch = CacheWatch()
refused = Refused()  # to a socket
used_up = Refused()  # limits


@contextmanager
def remembered(what, message):
    """
    Wraps everything that a frame asks for, from looking up its sender to the `hit`: once that has
    raised RateLimited, it is raised for `what` of this socket without any of it, until uses are
    allowed again. A refusal by `hit` alone costs the session, the user, and whatever comes before
    it.
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
    Counts one use of `what` by a user; or, if nobody is logged in, by what `anonymous` names: a
    socket, an address. Raises RateLimited, and Undecided.
    """
    if user.is_authenticated:
        use("%s:user:%s" % (what, user.pk), limit.user, limit.seconds)
    else:
        use("%s:anonymous:%s" % (what, anonymous), limit.anonymous, limit.seconds)


def use(what, most, seconds):
    """
    Takes one of `most` places for `seconds`, for good, and raises RateLimited if all are taken;
    Undecided if the cache can't say. This process remembers that until one is free: asking for 600
    keys takes longer than the action being limited.
    """
    used_up.check((what, most))
    try:
        with cache_watch.asking():
            consume(what, most, seconds)
    except RateLimited as error:
        used_up.note((what, most), error.until)
        raise


def consume(what, most, seconds):
    """
    Takes one of `most` places for `seconds`, and returns the key to `release` it with; raises
    RateLimited, and takes nothing, if all are taken. So at most `most` succeed within any period of
    that length, whenever it begins: a place is a key created by the cache's own `add`, and expired
    by its own clock.
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
    # No longer than possible: a process that took them may have a clock that is ahead.
    raise RateLimited(min([until, *taken.values()]))


def release(key):
    """Takes back one use that `consume` has counted."""
    cache.delete(key)
