"""
The numbers of a group's frames.

Each frame of a group takes the next integer from a counter that all processes share. A browser
that misses a number, or learns of a higher one than it has seen, has lost a frame and fetches the
table. Numbers come from where the groups live, the channel layer's Redis (lua/number.lua explains
why none is given twice), or with other layers from the cache. A counter starts at the microseconds
since 1970: after it was emptied it restarts above every number it gave before, as long as a group
takes fewer than a million a second.
"""
import itertools
import time
from collections import Counter

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.cache import cache

from ..layers.base import capabilities_of

# Groups that lost a frame without a number, because the counters were out of reach. Their next
# number in this process is skipped, so that their browsers notice.
_gaps = set()


def allocate(group, count=1):
    """Takes `count` numbers of the group; returns the first. Raises what the counters raise."""
    flush_gaps()
    return advance(group, count) - count + 1


def current(group):
    """The number taken last. Raises what the counters raise."""
    flush_gaps()
    return advance(group, 0)


def current_of(groups):
    """{group: the number taken last}; in one round trip on Redis. Raises the same."""
    flush_gaps()
    found = counters().current(groups, taken.last)
    for number in found.values():
        taken.note(number)
    return found


def mark_gap(groups):
    """Makes this process leave a gap in each group's numbers at the counters' next use."""
    _gaps.update(groups)


def flush_gaps():
    for group in list(_gaps):
        advance(group, 1)
        _gaps.discard(group)


def advance(group, count):
    return taken.note(counters().advance(group, count, taken.last))


def counters():
    return capabilities_of(channel_layers[DEFAULT_CHANNEL_LAYER]).numbers or CacheNumbers()


class Taken:
    """`last`: the highest number known to this process, whatever a server's clock says."""

    def __init__(self):
        self.last = 0

    def note(self, number):
        self.last = max(self.last, number)
        return number


taken = Taken()


class FreshNumbers:
    """The numbers for a change's frames: ones that nobody has had before."""

    def of(self, binding, audience):
        """
        {group: iterator of numbers}, for a binding's frames: one for each key of `audience`
        (key: names of groups) that names the group, in that order. Raises what the counters raise.
        """
        counts = Counter(itertools.chain.from_iterable(audience.values()))
        most = {}
        for group, count in counts.items():
            counter = binding.numbered_by(group)
            most[counter] = max(count, most.get(counter, 0))
        first = {counter: allocate(counter, count) for counter, count in most.items()}
        return {group: itertools.count(first[binding.numbered_by(group)]) for group in counts}


fresh = FreshNumbers()


class CacheNumbers:
    """Like layers.redis.numbers.Numbers, in the cache: for layers of one process or one host."""

    def advance(self, group, count, above):
        try:
            return cache.incr(key_of(group), count)
        except ValueError:  # no counter yet, or not any more
            number = self.begin(group, above)
        try:
            return cache.incr(key_of(group), count)
        except ValueError:  # a cache that keeps nothing: every frame looks like one after a loss
            return number + count

    def current(self, groups, above):
        return {group: self.advance(group, 0, above) for group in groups}

    def begin(self, group, above):
        start = max(int(time.time() * 1000000), above + 1)
        cache.add(key_of(group), start, timeout=None)
        number = cache.get(key_of(group))
        return start if number is None else number


def key_of(group):
    return "sequence:%s" % group
