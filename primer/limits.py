"""
Keeps one visitor of the primer from flooding the others.
"""
import functools

from channels_lts import outages, ratelimit, sessions
from channels_lts.ratelimit import Limit

SECONDS = 10
LIMITS = {
    "echo": Limit(10, 10, SECONDS),
    "news": Limit(10, 10, SECONDS),
    "work": Limit(5, 5, SECONDS),
    "later": Limit(5, 5, SECONDS),
    "ordered": Limit(20, 20, SECONDS),
    "values": Limit(20, 20, SECONDS),
    "visitor": Limit(20, 20, SECONDS),
    # Many anonymous visitors may share an address: those in one office, or behind a proxy.
    "poll": Limit(60, 600, 60),
}
# Sockets cost nothing: an address of anonymous visitors gets what this many sockets would.
SOCKETS = 2
# For all anonymous visitors together, where everybody sees what each of them sends, or where they
# share a queue (60 are 360 a minute, so fewer than MOST_WAITING wait). Higher than an address's,
# or one could silence all others.
ANONYMOUS = {"echo": 60, "news": 60, "work": 60, "later": 60, "values": 60}


def limited(kind):
    """
    Decorates a consumer of websocket.receive: limits how often it is called for one person, or for
    one anonymous socket; beyond that it raises RateLimited, and outages.Later if that can't be
    counted now. An empty text only asks whether anybody is there, and isn't counted.
    """
    def decorate(consumer):
        @functools.wraps(consumer)
        def inner(message, *args, **kwargs):
            with outages.answered():
                if message.get("text") != "":
                    hit(kind, message)
                return consumer(message, *args, **kwargs)
        return inner
    return decorate


def hit(kind, message):
    """Counts one use by a socket. Raises RateLimited."""
    what = "primer:" + kind
    with ratelimit.remembered(what, message):
        count(kind, what, message)


def count(kind, what, message):
    limit = LIMITS[kind]
    ratelimit.hit(what, limit, message.user, message.reply_channel.name)
    if message.user.is_authenticated:
        return
    ratelimit.use("%s:address:%s" % (what, sessions.ip_address_of(message)),
                  SOCKETS * limit.anonymous, limit.seconds)
    if kind in ANONYMOUS:
        ratelimit.use(what + ":anonymous", ANONYMOUS[kind], SECONDS)
