"""
What keeps one visitor of the primer from flooding the others.
"""
import functools

from workshop import limits
from workshop.limits import Limit

SECONDS = 10
LIMITS = {
    "echo": Limit(10, 10, SECONDS),
    "news": Limit(10, 10, SECONDS),
    "work": Limit(5, 5, SECONDS),
    "later": Limit(5, 5, SECONDS),
}
# All strangers together, where everybody hears what each of them says: sockets cost nothing.
STRANGERS = {"echo": 60, "news": 60}


def limited(kind):
    """
    Decorates a consumer of websocket.receive: one person, and one socket of a stranger, has it
    called so many times; beyond that it raises RateLimited.
    """
    def decorate(consumer):
        @functools.wraps(consumer)
        def inner(message, *args, **kwargs):
            spend(kind, message)
            return consumer(message, *args, **kwargs)
        return inner
    return decorate


def spend(kind, message):
    what = "primer:" + kind
    limits.spend(what, LIMITS[kind], message.user, message.reply_channel.name)
    if kind in STRANGERS and not message.user.is_authenticated:
        limits.count(what + ":strangers", STRANGERS[kind], SECONDS)
