"""
News from outside the browsers: kept in the cache that all processes share, told to sockets and to
waiting requests.

Each piece has its number: 1, 2, 3, … Whoever waits for what follows number n is in the group
polls(n), to which the one with number n + 1 is sent after it was kept. So whoever joins that group
first and looks into the cache then misses nothing.
"""
from channels import Group
from django.core.cache import cache

from channels_lts.frames import encode

from . import groups, http

NUMBER = "primer:news"
KEPT = 10  # several may be told at one time, and be kept in another order than they got numbers


def tell(text):
    """Sends `text`, which is checked already, to everybody who listens; returns its number."""
    number = take_number()
    cache.set(key_of(number), text, timeout=None)
    cache.delete(key_of(number - KEPT))
    news = {"number": number, "news": text}
    Group(groups.NEWS).send(encode(news))
    Group(groups.polls(number - 1)).send(http.response(200, news))
    return number


def latest():
    """The newest piece as {"number", "news"}, or None."""
    pieces = kept()
    return pieces[-1] if pieces else None


def kept():
    """The pieces that are kept, the oldest first."""
    newest = newest_number()
    numbers = range(max(newest - KEPT, 0) + 1, newest + 1)
    found = cache.get_many([key_of(number) for number in numbers])
    return [{"number": number, "news": found[key_of(number)]}
            for number in numbers if key_of(number) in found]


def newest_number():
    return cache.get(NUMBER, 0)


def take_number():
    cache.add(NUMBER, 0, timeout=None)
    return cache.incr(NUMBER)


def key_of(number):
    return "%s:%d" % (NUMBER, number)
