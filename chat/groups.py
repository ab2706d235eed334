"""
The groups of the chat sockets. A room's group is also its presence scope.
"""
ROOMS = "chat-rooms"  # people looking at the list of rooms
NEWS = "chat-news"  # people who have been in rooms, and want to know where something is new
HERE = "chat-people"  # scope: people with a chat window open can get private messages
PREFIX = "chat-room-"


def room(pk):
    return "%s%s" % (PREFIX, pk)


def room_pk(scope):
    """The key of the room that a scope belongs to, or None."""
    return int(scope[len(PREFIX):]) if scope.startswith(PREFIX) else None


def inbox(user_key):
    """All chat windows of one person."""
    return "chat-user-%s" % user_key
