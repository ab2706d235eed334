"""
Who is named in a message, as “@alice”; front/src/utils/chat/mentions.js shows the same.
"""
import re

from display import notices
from display.models import find_users

from . import rooms
from .permissions import may_enter

MOST = 5  # people that one message tells
MENTION = re.compile(r"(?:^|[\s([{«“\"'¡¿])@(\w[\w.@+-]*)")


def names_in(text):
    """The first names in a text. What ends a sentence is no part of one."""
    found = [name.rstrip(".@+-") for name in MENTION.findall(text)]
    return list(dict.fromkeys(found))[:MOST]


def tell(room, message):
    """Tells those named in a stored Message, if they may enter the room, wherever they are."""
    for user in named(message):
        if may_enter(user, room):
            notices.tell(
                user, "mention", message.user.get_username(), id=str(message.number),
                message=message.content, room=room.name, url=rooms.address(room),
                timestamp=message.timestamp)


def named(message):
    return [user for user in find_users(names_in(message.content)) if user != message.user]
