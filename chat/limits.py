"""
How often one person may do something in the chat.
"""
from channels_lts import ratelimit
from channels_lts.ratelimit import Limit

LIMITS = {
    "message": Limit(10, 0, 10),
    "question": Limit(30, 30, 10),
    # Many anonymous visitors may share an address: those in one office, or behind a proxy.
    "join": Limit(20, 600, 60),
    "create": Limit(10, 0, 3600),
}


def hit(kind, user, anonymous=None):
    """Counts one use; see channels_lts.ratelimit.hit."""
    ratelimit.hit("chat:" + kind, LIMITS[kind], user, anonymous)
