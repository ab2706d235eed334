"""
The names of who is in a room.
"""
from django.contrib.auth import get_user_model

from channels_lts import presence
from workshop.answers import SharedAnswer

from . import groups
from .models import Room

MOST = 500  # names in one frame


def names_of(keys):
    """{key as text: name} of these users, without those who are gone or deactivated."""
    users = get_user_model().objects.filter(pk__in=keys, is_active=True)
    return {str(user.pk): user.get_username() for user in users}


def names_in(room_pk):
    return sorted(names_of(presence.members(groups.room(room_pk))).values())[:MOST]


def rooms_of(keys):
    """{key of a room: which of these users, by key as text, are in it}, for rooms with any."""
    pks = {groups.room(pk): pk for pk in Room.objects.values_list("pk", flat=True)}
    counts = presence.count(list(pks))
    found = {pk: keys & presence.members(scope) for scope, pk in pks.items() if counts[scope]}
    return {pk: present for pk, present in found.items() if present}


shared_names = SharedAnswer("chat-people", names_in)
