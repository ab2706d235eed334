"""
Telling who has come and gone.

Two workers may tell about the same person at the same time. So each looks again after it has told
something, and corrects itself if that is no longer true: the last word is always right. What a
killed worker didn't get to tell, the next sweep finds.
"""
import threading
from collections import defaultdict

from channels import Channel

from .signals import people_changed, people_counted
from .stores import store

CHANNEL = "presence.news"
stirred = threading.Event()  # somebody has come by this process: there is something to sweep
MOST_CORRECTIONS = 5  # then the sweep goes on, a few seconds later


def enter(reply_channel, user_key, scopes):
    """
    Brings a socket into scopes and tells who is there if the person is new. Doing it again is
    harmless. Raises RedisError.
    """
    user = str(user_key)
    new = store().join(scopes, user, reply_channel.name)
    stirred.set()
    announce([(scope, user, True) for scope in new])


def announce(changes):
    for _ in range(MOST_CORRECTIONS):
        if not changes:
            return
        by_scope = defaultdict(dict)
        for scope, user, is_present in changes:
            by_scope[scope][user] = is_present
        for scope, people in by_scope.items():
            people_changed.send(sender=None, scope=scope, changes=people)
        changes = [(scope, user, not is_present)
                   for scope, user, is_present in store().told(changes)]


def sweep():
    """
    Ends what is over, and leaves the telling to a consumer: it needs the database. Returns whether
    nobody is here, so that the next sweep may wait until somebody comes.
    """
    changes, scopes = store().sweep()
    if changes or scopes:
        Channel(CHANNEL).send({"changes": changes, "scopes": scopes}, immediately=True)
    return store().is_quiet


def on_news(message):
    """The consumer of what a sweep has found."""
    announce([tuple(change) for change in message["changes"]])
    if message["scopes"]:
        people_counted.send(sender=None, scopes=message["scopes"])
