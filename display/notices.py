"""
Notices: what a visitor is told wherever on the site they are.
"""
from channels import Group

from channels_lts import auth

from . import frames, groups


def follow(message, with_logins=True):
    """
    For a handshake, before it is accepted: its socket hears what its visitor is told, and who logs
    in, unless it knows that itself. One of an anonymous visitor hears nothing.
    """
    if message.user.is_authenticated:
        own = groups.notices(message.user.pk)
        auth.join(message, [own, groups.LOGINS] if with_logins else [own])


def tell(user, kind, username, **about):
    """Tells `user` what `username` did; `about` it: as docs/protocol.md has it."""
    Group(groups.notices(user.pk)).send(frames.notice(kind, username, **about))


def tell_login(username):
    Group(groups.LOGINS).send(frames.notice("login", username))
