"""
What open chat windows are told when people come and go, and when rooms open and close.
"""
from channels import Group
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from channels_lts import presence
from display.shown import shown_changed

from . import frames, groups, people
from .models import Room

MANY = 20  # with this many comings and goings at once, one list is sent


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    room_pk = groups.room_pk(scope)
    if room_pk is None:
        return
    people.shared_names.changed(room_pk)
    if len(changes) > MANY:
        found = [frames.user_list(people.shared_names.get(room_pk))]
    else:
        names = people.names_of(changes)
        found = [frames.presence(names[key], changes[key]) for key in sorted(names)]
    for frame in found:
        Group(scope).send(frame, immediately=True)


@receiver(shown_changed)
def on_shown_changed(sender, changes, **kwargs):
    for room_pk, keys in people.rooms_of({change.key for change in changes}).items():
        people.shared_names.changed(room_pk)
        if len(keys) > MANY:
            found = [frames.user_list(people.shared_names.get(room_pk))]
        else:
            found = [frames.presence(name, is_present)
                     for change in changes if change.key in keys
                     for name, is_present in ((change.before, False), (change.after, True))
                     if name is not None]
        for frame in found:
            Group(groups.room(room_pk)).send(frame)


@receiver(presence.presence_count)
def on_presence_count(sender, scopes, **kwargs):
    keys = [groups.room_pk(scope) for scope in scopes]
    found = Room.objects.filter(closed=False, pk__in=[key for key in keys if key is not None])
    counts = presence.count([groups.room(room.pk) for room in found])
    for room in found:
        Group(groups.ROOMS).send(frames.room_count(room.name, counts[groups.room(room.pk)]))


@receiver(post_save, sender=Room)
def on_room_saved(sender, instance, created, **kwargs):
    if created:
        transaction.on_commit(lambda: Group(groups.ROOMS).send(frames.room_count(instance.name, 0)))


@receiver(post_delete, sender=Room)
def on_room_deleted(sender, instance, **kwargs):
    instance.send_everybody_out()
