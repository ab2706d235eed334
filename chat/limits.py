"""
How often one person may do something in the chat.
"""
from workshop import limits
from workshop.limits import Limit

LIMITS = {
    "message": Limit(10, 0, 10),
    "question": Limit(30, 30, 10),
    # Many strangers may share an address: those in one office, or behind a proxy.
    "join": Limit(20, 600, 60),
    "create": Limit(10, 0, 3600),
}


def spend(kind, user, stranger=None):
    """Counts one use; see workshop.limits.spend."""
    limits.spend("chat:" + kind, LIMITS[kind], user, stranger)
