"""
The numbers of a group's frames.

Each frame of a group takes the next whole number from a counter that all processes share. A browser
that misses a number, or is told of a higher one than it has seen, has lost a frame and fetches the
table. Numbers are taken where the groups live, in the channel layer's Redis (lua/number.lua says
why none comes twice), and of other layers in the cache. A counter begins at the microseconds since
1970: what was emptied begins anew above every number it gave before, while a group takes less than
a million a second.
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
    """The number that was taken last. Raises what the counters raise."""
    flush_gaps()
    return advance(group, 0)


def current_of(groups):
    """{group: the number that was taken last}; on Redis in one round trip. Raises the same."""
    flush_gaps()
    found = counters().current(groups, taken.last)
    for number in found.values():
        taken.note(number)
    return found


def mark_gap(groups):
    """Makes the next use of the counters in this process leave a gap in each of the groups."""
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
    """`last`: the highest number that this process knows of, whatever clock a server has."""

    def __init__(self):
        self.last = 0

    def note(self, number):
        self.last = max(self.last, number)
        return number


taken = Taken()


class FreshNumbers:
    """The numbers of the frames that a change makes: such as nobody has had."""

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
    """As layers.redis.numbers.Numbers, in the cache: where the layer is a process's or a host's."""

    def advance(self, group, count, above):
        try:
            return cache.incr(key_of(group), count)
        except ValueError:  # no counter yet, or no more
            number = self.begin(group, above)
        try:
            return cache.incr(key_of(group), count)
        except ValueError:  # a cache that keeps nothing: each frame looks like one after a loss
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
