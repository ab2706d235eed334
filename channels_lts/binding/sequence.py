"""
The numbers of a group's frames.

Each frame of a group takes the next whole number from a counter in the cache that all processes
share. A browser that misses a number, or is told of a higher one than it has seen, has lost a
frame and fetches the table. The counter begins at the milliseconds since 1970: when the cache
was emptied it begins anew above every number it gave before, which browsers take for a loss.
That holds while a group takes less than 1000 numbers a second on average.
"""
import time

from django.core.cache import cache

# Groups that lost a frame without a number, because the cache was out of reach. Their next
# number in this process is skipped, so that their browsers notice.
_gaps = set()


def allocate(group, count=1):
    """Takes `count` numbers of the group; returns the first. Raises what the cache raises."""
    flush_gaps()
    return advance(group, count) - count + 1


def current(group):
    """The number that was taken last. Raises what the cache raises."""
    flush_gaps()
    number = cache.get(key_of(group))
    return begin(group) if number is None else number


def mark_gap(groups):
    """Makes the next use of the cache in this process leave a gap in each of the groups."""
    _gaps.update(groups)


def flush_gaps():
    for group in list(_gaps):
        advance(group, 1)
        _gaps.discard(group)


def advance(group, count):
    try:
        return cache.incr(key_of(group), count)
    except ValueError:  # no counter yet, or no more
        number = begin(group)
    try:
        return cache.incr(key_of(group), count)
    except ValueError:  # a cache that keeps nothing: every frame looks like the one after a loss
        return number + count


def begin(group):
    start = int(time.time() * 1000)
    cache.add(key_of(group), start, timeout=None)
    number = cache.get(key_of(group))
    return start if number is None else number


def key_of(group):
    return "sequence:%s" % group
