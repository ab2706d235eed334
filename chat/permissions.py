"""
Who may read and write in a room, decided in one place for pages and sockets.
"""


def may_enter(user, room):
    """Anybody reads an open room, moderators a closed one too."""
    return not room.closed or is_moderator(user)


def is_moderator(user):
    return user.is_active and user.has_perm("chat.change_room")


def may_write(user):
    return user.is_authenticated and user.is_active
