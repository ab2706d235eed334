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
_owed = set()


def take(group, count=1):
    """Takes `count` numbers of the group; returns the first. Raises what the cache raises."""
    settle()
    return advance(group, count) - count + 1


def newest(group):
    """The number that was taken last. Raises what the cache raises."""
    settle()
    number = cache.get(key_of(group))
    return begin(group) if number is None else number


def owe(groups):
    """Makes the next use of the cache in this process leave a gap in each of the groups."""
    _owed.update(groups)


def settle():
    for group in list(_owed):
        advance(group, 1)
        _owed.discard(group)


def advance(group, count):
    try:
        return cache.incr(key_of(group), count)
    except ValueError:  # no counter yet, or no more
        begin(group)
        return cache.incr(key_of(group), count)


def begin(group):
    cache.add(key_of(group), int(time.time() * 1000), timeout=None)
    return cache.get(key_of(group))


def key_of(group):
    return "sequence:%s" % group
