"""
Announces who has come and gone.

Two workers may announce the same person at the same time. So each checks again afterwards, and
corrects itself if it is no longer true: the last word is always right. What a killed worker failed
to announce, the next sweep finds.
"""
import threading
from collections import defaultdict

from channels import Channel

from .route import CHANNEL, require_route
from .signals import presence_count, presence_diff
from .stores import store

activity = threading.Event()  # somebody has come through this process: there is something to sweep
MOST_CORRECTIONS = 5  # then the sweep continues, a few seconds later


def track(reply_channel, user_key, scopes):
    """
    Adds a socket to scopes and announces the people whose first socket it is. Repeating it is
    harmless. Raises RedisError. Without presence's route nobody is told when people go, which is
    logged once per process.
    """
    require_route()
    user = str(user_key)
    new = store().track(scopes, user, reply_channel.name)
    activity.set()
    tell([(scope, user, True) for scope in new])


def tell(changes):
    """Sends presence_diff for each scope of the changes, (scope, user, is present)."""
    for _ in range(MOST_CORRECTIONS):
        if not changes:
            return
        by_scope = defaultdict(dict)
        for scope, user, is_present in changes:
            by_scope[scope][user] = is_present
        for scope, people in by_scope.items():
            presence_diff.send(sender=None, scope=scope, changes=people)
        changes = [(scope, user, not is_present)
                   for scope, user, is_present in store().acknowledge(changes)]


def sweep():
    """
    Ends what has expired, and leaves the announcement to a consumer: it needs the database. Returns
    whether nobody is here, so that the next sweep may wait until somebody comes.
    """
    changes, scopes = store().sweep()
    if changes or scopes:
        Channel(CHANNEL).send({"changes": changes, "scopes": scopes}, immediately=True)
    return store().is_quiet


def on_swept(message):
    """The consumer for the results of a sweep."""
    tell([tuple(change) for change in message["changes"]])
    if message["scopes"]:
        presence_count.send(sender=None, scopes=message["scopes"])
