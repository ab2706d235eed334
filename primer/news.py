"""
News from outside the browsers: stored in the cache that all processes share, and sent to sockets
and to waiting requests.

News are numbered 1, 2, 3, … Requests waiting for what follows number n are in the group polls(n),
to which number n + 1 is sent once it is stored. So a request that first joins that group, and then
looks into the cache, misses nothing.
"""
from channels import Group
from django.core.cache import cache

from channels_lts.frames import encode

from . import groups, http

NUMBER = "primer:news"
KEPT = 10  # several may be sent at once, and stored in an order other than their numbers'


def tell(text):
    """Sends `text`, which has been checked, to everybody who listens; returns its number."""
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
    """The stored news, oldest first."""
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
