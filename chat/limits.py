"""
How often one person may do something in the chat.
"""
from channels_lts import ratelimit
from channels_lts.ratelimit import Limit

LIMITS = {
    "message": Limit(10, 0, 10),
    "after": Limit(30, 30, 10),
    "before": Limit(30, 30, 10),
    "typing": Limit(10, 0, 10),
    "who": Limit(10, 10, 10),
    "read": Limit(10, 0, 10),
    # Many anonymous visitors may share an address: those in one office, or behind a proxy.
    "rooms": Limit(10, 300, 10),
    "join": Limit(20, 600, 60),
    "create": Limit(10, 0, 3600),
}
SOCKETS = 20


def hit(kind, user, anonymous=None):
    """Counts one use; see channels_lts.ratelimit.hit."""
    ratelimit.hit("chat:" + kind, LIMITS[kind], user, anonymous)


def remembered(kind, message):
    """See channels_lts.ratelimit.remembered."""
    return ratelimit.remembered("chat:" + kind, message)


def hit_by_socket(kind, visit):
    """
    Likewise, but an anonymous socket counts by itself; since sockets cost nothing, their address
    gets no more than SOCKETS of them would.
    """
    if not visit.user.is_authenticated:
        limit = LIMITS[kind]
        ratelimit.use("chat:%s:address:%s" % (kind, visit.address),
                      SOCKETS * limit.anonymous, limit.seconds)
    hit(kind, visit.user, visit.reply_channel.name)
