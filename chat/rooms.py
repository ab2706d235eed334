"""
The list of rooms.
"""
from django.urls import reverse

from channels_lts import presence

from . import groups, reading
from .models import Room
from .permissions import is_moderator

MOST = 500


def listed(user):
    """The open rooms by name: how many people are in each, and how far `user` has read."""
    rooms = Room.objects.filter(closed=False)[:MOST]
    counts = presence.count([groups.room(room.pk) for room in rooms])
    read = reading.positions(user)
    return [{"name": room.name, "online": counts[groups.room(room.pk)], "url": address(room),
             "number": room.last_number, "read": read.get(room.pk)} for room in rooms]


def open_to(user):
    """The Rooms that somebody may enter, by name."""
    rooms = Room.objects.all() if is_moderator(user) else Room.objects.filter(closed=False)
    return rooms[:MOST]


def address(room):
    return reverse("chat:room", kwargs={"name": room.name})


def find(name):
    """The Room of that name, in whatever case, or None."""
    return Room.objects.filter(key=name.lower()).first()
