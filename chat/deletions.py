"""
What open chat windows are told of deleted messages.
"""
from channels import Group
from django.db import transaction
from django.db.models import F

from . import frames, groups
from .models import Room

MOST = 1000  # numbers in a frame; a window that misses some reads its messages again


@transaction.atomic
def delete(messages):
    """Deletes a QuerySet of messages, and tells."""
    announce(messages)
    messages.delete()


def announce(messages):
    """
    Tells of a QuerySet of messages that the transaction which calls it is going to delete. They are
    counted with it: a window that isn't told learns from the count that it has missed something.
    """
    by_room = {}
    for room_pk, number in messages.order_by().values_list("room", "number"):
        by_room.setdefault(room_pk, []).append(number)
    for room_pk in sorted(by_room):  # in one order, or two transactions wait for each other
        tell_later(room_pk, sorted(by_room[room_pk]))


def tell_later(room_pk, numbers):
    room = Room.objects.filter(pk=room_pk)
    room.update(deletions=F("deletions") + len(numbers))
    frame = frames.message_deleted(
        numbers[-MOST:], room.values_list("deletions", flat=True).get())
    transaction.on_commit(lambda: Group(groups.room(room_pk)).send(frame))
