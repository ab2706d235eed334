"""
How often something may be done. Counted in the cache, which all processes share.
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

TOO_OFTEN = 4429  # close code: come back later

# Uses by one user, and by one socket or address of anonymous visitors, within so many seconds.
Limit = namedtuple("Limit", "user anonymous seconds")


class RateLimited(FrameError):
    """`retry_after`: whole seconds; `until`: when it may be tried again, as time() tells it."""

    def __init__(self, until):
        self.until = until
        self.retry_after = max(1, math.ceil(until - time()))
        super().__init__(
            "rate_limited", _("Too often: try again in %d seconds.") % self.retry_after)


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


class CacheWatch:
    """Of a cache that goes away one line is logged, and one when it is back."""

    def __init__(self):
        self.is_away = False
        self.lock = threading.Lock()

    @contextmanager
    def asking(self):
        """Around what asks the cache: raises RateLimited, and Undecided when it can't be asked."""
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
    a socket, an address. Raises RateLimited, and Undecided.
    """
    if user.is_authenticated:
        use("%s:user:%s" % (what, user.pk), limit.user, limit.seconds)
    else:
        use("%s:anonymous:%s" % (what, anonymous), limit.anonymous, limit.seconds)


def use(what, most, seconds):
    """
    Takes one of `most` places for so many seconds, for good, and raises RateLimited when all are
    taken; Undecided where the cache can't say. This process remembers that until one is free: to
    ask for 600 keys takes longer than what is limited.
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
    # No longer than it can be: one of the processes that took them may have a clock that is ahead.
    raise RateLimited(min([until, *taken.values()]))


def release(key):
    """Takes back one use that `consume` has counted."""
    cache.delete(key)
