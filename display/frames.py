"""
The frames that /users/ sends, and the notices of every page, as docs/protocol.md describes them.
"""
from channels_lts.conf import settings
from channels_lts.frames import encode


def presence(username, is_logged_in):
    return encode({"username": username, "is_logged_in": is_logged_in})


def online(username):
    return encode({"username": username, "is_online": True})


def gone(username, last_seen):
    return encode({"username": username, "is_online": False, "last_seen": last_seen})


def who(users):
    return encode({"users": users, "version": settings.PAGE_VERSION})


def notice(kind, username, **about):
    return encode({"notice": dict(about, kind=kind, user=username)})
