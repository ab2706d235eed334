"""
The groups that tie sockets to what may end: their session, and their user.
"""
from django.contrib.auth import SESSION_KEY

from channels_lts import crypto


def session_group(session_key):
    """Of the sockets of one session; a name from which nobody learns its key."""
    return "auth.session.%s" % crypto.digest("session-group", session_key)


def user_group(user_key):
    """Of the sockets of one user; `user_key` as user_key_of gives it."""
    return "auth.user.%s" % crypto.digest("user-group", user_key)


def user_key_of(user):
    """The text that sessions have for a user, or for the primary key of one."""
    return user._meta.pk.value_to_string(user) if hasattr(user, "_meta") else str(user)


def user_key_in(session):
    """The key of a session's user, whether they still exist or not, or None."""
    return session.get(SESSION_KEY)
