"""
What has ended, and closing the sockets that depend on it.
"""
import logging
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from channels import Group
from django.db import transaction
from django.dispatch import Signal

from . import groups
from .codes import SESSION_CHANGED, SESSION_ENDED

logger = logging.getLogger("channels_lts.auth")

# Sent when sockets are told to close. `user_key`: the user's primary key as text, or None;
# `session_key`: or None; `code`: the close code.
sockets_disconnected = Signal(providing_args=["user_key", "session_key", "code"])

# Sent once after those, with the keys of all sessions that ended or changed together: in one
# request, or in one batch of the sweeper.
sessions_disconnected = Signal(providing_args=["session_keys"])

# Messages sent before `close` returns: a group's permissions may concern thousands of users, and
# the request that changes them still has to be answered. The rest are sent from one thread; a
# process that shuts down in order waits for it.
MOST_AT_ONCE = 100
others = ThreadPoolExecutor(max_workers=1)

Target = namedtuple("Target", "kind key")
GROUPS = {"session": groups.session_group, "user": groups.user_group}
FIRST, LAST = 0, 2
ORDER = {SESSION_ENDED: 1}  # mere changes come later: a page acts on the first code alone


def disconnect(user=None, session=None, code=SESSION_ENDED, using=None):
    """
    Closes all open sockets of a user (an instance or a primary key) or of a session (a key or a
    SessionStore) with `code`, 1000 or 3000 to 4999.

    Nothing is sent for a transaction (of the database `using`) that is rolled back. In a request
    that SocketSessionMiddleware sees, it is sent at the end of the request, elsewhere after the
    commit. An unavailable channel layer is logged, not raised: the session has ended anyway.
    Consumers' disconnects run as always; frames already under way find nobody logged in.
    """
    disconnect_all(list(targets(user, session)), code, using)


def disconnect_all(ended, code, using=None):
    """Like `disconnect`, for a list of Targets."""
    transaction.on_commit(lambda: pending.add(ended, code), using=using)


def targets(user, session):
    if user is not None:
        yield Target("user", groups.user_key_of(user))
    if session is not None:
        yield Target("session", getattr(session, "session_key", session))


class Collected:
    """What has ended in one request, by target."""

    def __init__(self):
        self.codes = {}
        # The old key of a session whose user continues with a new one; its sockets are closed
        # first, before they would be closed as the user's.
        self.renewed = None

    def add(self, target, code):
        if self.codes.get(target) != SESSION_ENDED:
            self.codes[target] = code

    def close(self):
        if self.renewed is not None:
            self.codes[Target("session", self.renewed)] = SESSION_CHANGED
        close(self.codes, self.renewed)


class Pending(threading.local):
    """The requests of this thread, possibly nested; outside of a request nothing is deferred."""

    def __init__(self):
        self.requests = []

    def add(self, ended, code):
        """`ended`: Targets; those without a key are ignored."""
        collected = self.requests[-1] if self.requests else Collected()
        for target in ended:
            if target.key is not None:
                collected.add(target, code)
        if not self.requests:
            collected.close()

    @contextmanager
    def collect(self):
        """For one request: defers what ends in it until the request ends. Yields the Collected."""
        collected = Collected()
        self.requests.append(collected)
        try:
            yield collected
        finally:
            self.requests.pop()
            collected.close()


pending = Pending()


def close(ended, renewed=None):
    def place(pair):
        target, code = pair
        return FIRST if target == Target("session", renewed) else ORDER.get(code, LAST)
    told = sorted(ended.items(), key=place)
    tell_all(told[:MOST_AT_ONCE])
    if told[MOST_AT_ONCE:]:
        others.submit(tell_all, told[MOST_AT_ONCE:])
    for target, code in ended.items():
        sockets_disconnected.send(sender=None, code=code, **{
            kind + "_key": target.key if kind == target.kind else None for kind in GROUPS})
    keys = [target.key for target in ended if target.kind == "session"]
    if keys:
        sessions_disconnected.send(sender=None, session_keys=keys)


def tell_all(told):
    for target, code in told:
        tell(target, code)


def tell(target, code):
    try:
        Group(GROUPS[target.kind](target.key)).send({"close": code}, immediately=True)
    except Exception:
        logger.exception("Sockets of a %s that has ended may still be open, for:", target.kind)
