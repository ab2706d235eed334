"""
The frames that /users/ sends, as docs/protocol.md describes them.
"""
from channels_lts.frames import encode


def presence(username, is_logged_in):
    return encode({"username": username, "is_logged_in": is_logged_in})


def online(username, is_online):
    return encode({"username": username, "is_online": is_online})


def who(users):
    return encode({"users": users})
