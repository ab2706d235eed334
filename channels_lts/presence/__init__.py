"""
Who is here: people in scopes (a room, the site), counted once however many windows they have.

A project that uses it includes channels_lts.presence.routing.channel_routing, through which it
learns who has gone. docs/presence.md says what is guaranteed, and how it works.
"""
from .diffs import track
from .signals import presence_count, presence_diff
from .stores import store

__all__ = ["SITE", "count", "is_here", "members", "presence_count", "presence_diff", "track",
           "untrack"]

SITE = "site"  # the scope of everybody with a window of this site open


def untrack(reply_channel):
    """
    Takes a closed socket out of all its scopes, and returns its user's key as text, or None if it
    was in none. The person is gone when the grace is over and no other socket has come.
    """
    return store().untrack(reply_channel.name)


def members(scope):
    """The keys, as text, of the people in a scope. Raises RedisError, like all functions here."""
    return store().members(scope)


def count(scopes):
    """{scope: how many people are in it}, in one round trip."""
    return store().count(scopes)


def is_here(scope, user_key):
    """Whether the user has an open socket in the scope; somebody who is just leaving has none."""
    return store().is_here(scope, str(user_key))
