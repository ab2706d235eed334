"""
What open chat windows are told of deleted messages.
"""
from channels import Group
from django.db import models, transaction
from django.db.models import Count, F

from . import frames, groups

MOST = 1000  # numbers in a frame; a window that misses some reads its messages again


class MessageQuerySet(models.QuerySet):
    """Its `delete()`, and that of a user or a room, tells of the messages that go."""

    def _raw_delete(self, using):
        # Where they all end, in the transaction of django.db.models.deletion.Collector: as long as
        # nobody listens to the signals of a Message, which would load each of them.
        announce(self.using(using))
        return super()._raw_delete(using)
    _raw_delete.alters_data = True


def announce(messages):
    """
    Tells of messages that this transaction is going to delete. They are counted with it: a window
    that isn't told learns from the count that it has missed something.
    """
    by_room = messages.order_by().values_list("room").annotate(Count("pk"))
    for room_pk, count in sorted(by_room):  # in one order, or two transactions wait for each other
        newest = messages.filter(room=room_pk).order_by("-number").values_list("number", flat=True)
        tell_later(messages, room_pk, count, sorted(newest[:MOST]))


def tell_later(messages, room_pk, count, numbers):
    rooms = messages.model._meta.get_field("room").related_model.objects.using(messages.db)
    room = rooms.filter(pk=room_pk)
    room.update(deletions=F("deletions") + count)
    frame = frames.message_deleted(numbers, room.values_list("deletions", flat=True).get())
    transaction.on_commit(lambda: Group(groups.room(room_pk)).send(frame), using=messages.db)
