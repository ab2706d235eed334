"""
How far each user has read in each room.
"""
from .models import ReadPosition


def position(user, room):
    """The number up to which a user has read a room; None where they have never been."""
    if not user.is_authenticated:
        return None
    found = ReadPosition.objects.filter(user=user, room=room)
    return found.values_list("number", flat=True).first()


def positions(user):
    """{key of a room: number}, of the rooms where a user has been."""
    if not user.is_authenticated:
        return {}
    return dict(ReadPosition.objects.filter(user=user).values_list("room", "number"))


def move(user, room, number):
    """
    The new position, or None if it stays: it only moves forward, and not beyond the room's last.
    """
    number = min(number, room.last_number)
    mine = ReadPosition.objects.filter(user=user, room=room)
    if mine.filter(number__lt=number).update(number=number):
        return number
    # If two windows come at the same time, one creates the row.
    _position, is_new = ReadPosition.objects.get_or_create(
        user=user, room=room, defaults={"number": number})
    return number if is_new else None
