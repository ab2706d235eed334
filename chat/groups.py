"""
The groups of the chat sockets. A room's is its scope of presence too.
"""
ROOMS = "chat-rooms"  # who looks at the list of rooms
NEWS = "chat-news"  # who has been in rooms, and wants to know where something new is
HERE = "chat-people"  # scope: whoever has a chat window open can get private messages
PREFIX = "chat-room-"


def room(pk):
    return "%s%s" % (PREFIX, pk)


def room_pk(scope):
    """The key of the room that a scope belongs to, or None."""
    return int(scope[len(PREFIX):]) if scope.startswith(PREFIX) else None


def inbox(user_key):
    """All chat windows of one person."""
    return "chat-user-%s" % user_key
