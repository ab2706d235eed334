"""
The groups that tie sockets to what may end: their session, and their user.
"""
from django.contrib.auth import SESSION_KEY

from channels_lts import crypto


def session_group(session_key):
    """The group of one session's sockets; its name doesn't reveal the session key."""
    return "auth.session.%s" % crypto.digest("session-group", session_key)


def user_group(user_key):
    """The group of one user's sockets; `user_key` as returned by user_key_of."""
    return "auth.user.%s" % crypto.digest("user-group", user_key)


def user_key_of(user):
    """The text that sessions store for a user, or for a user's primary key."""
    return user._meta.pk.value_to_string(user) if hasattr(user, "_meta") else str(user)


def user_key_in(session):
    """The key of a session's user, whether or not that user still exists, or None."""
    return session.get(SESSION_KEY)
