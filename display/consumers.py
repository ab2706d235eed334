import json

from channels import Group
from channels.exceptions import DenyConnection

from workshop import visitors
from workshop.permissions import may_watch_users

from . import frames, groups
from .models import users_with_state

MAX_FRAME = 1024  # characters: the only thing that a client says here is {"action": "who"}


@visitors.on_connect
def ws_connect(message):
    if not may_watch_users(message.user):
        raise DenyConnection("log in to watch who is logged in")
    message.reply_channel.send({"accept": True})
    Group(groups.USERS).add(message.reply_channel)


@visitors.on_receive
def ws_receive(message):
    """Answers the asker only: nothing that a client sent reaches another client."""
    message.reply_channel.send(answer(message))


@visitors.on_disconnect
def ws_disconnect(message):
    Group(groups.USERS).discard(message.reply_channel)


def answer(message):
    text = message.get("text")
    if text is None:
        return frames.error("not_text", "Send text frames.")
    if len(text) > MAX_FRAME:
        return frames.error("too_large", "Frames here hold at most %d characters." % MAX_FRAME)
    try:
        content = json.loads(text)
    except ValueError:
        return frames.error("bad_json", "The frame isn't JSON.")
    if content != {"action": "who"}:
        return frames.error("unknown_action", 'The one action is {"action": "who"}.')
    if not may_watch_users(message.user):
        return frames.error("forbidden", "Log in to see who is logged in.")
    return frames.who(users_with_state())
