"""
How open chat windows learn of deleted messages.
"""
from channels import Group
from django.db import models, transaction
from django.db.models import F

from . import frames, groups

MOST = 1000  # numbers in a frame; a window that misses some reads its messages again


class MessageQuerySet(models.QuerySet):
    """Its `delete()`, and that of a user or a room, announces the messages deleted."""

    def _raw_delete(self, using):
        # All deletions end here, in the transaction of django.db.models.deletion.Collector: as long
        # as nobody listens to the signals of Message, which would load every row.
        messages = self.using(using)
        counts, names = {}, {}
        for room_pk in rooms_of(messages):
            in_room = messages.filter(room=room_pk)
            names.setdefault(room_pk, []).extend(newest(in_room))
            counts[room_pk] = counts.get(room_pk, 0) + super(
                MessageQuerySet, in_room)._raw_delete(using)
        # Last, and always in the same order: writers wait for the rows of these rooms, or each
        # other.
        for room_pk in sorted(counts):
            count(messages, room_pk, counts[room_pk], names[room_pk])
        return sum(counts.values())
    _raw_delete.alters_data = True


def rooms_of(messages):
    """The keys of rooms that still have some, until none has: others may write meanwhile."""
    while True:
        found = list(messages.order_by().values_list("room", flat=True).distinct())
        if not found:
            return
        yield from found


def newest(messages):
    return messages.order_by("-number").values_list("number", flat=True)[:MOST]


def count(messages, room_pk, deleted, numbers):
    """
    Counts in the room what this transaction has deleted there, and announces it after the commit. A
    window that isn't told, or only partly, learns from the count that it has missed something.
    """
    rooms = messages.model._meta.get_field("room").related_model.objects.using(messages.db)
    room = rooms.filter(pk=room_pk)
    if not room.update(deletions=F("deletions") + deleted):
        return  # another transaction has deleted the room
    frame = frames.message_deleted(
        sorted(numbers)[-MOST:], room.values_list("deletions", flat=True).get())
    transaction.on_commit(lambda: Group(groups.room(room_pk)).send(frame), using=messages.db)
