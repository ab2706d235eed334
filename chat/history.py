"""
The stored messages of a room.
"""
import time
from contextlib import contextmanager

from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.utils.translation import ugettext as _

from channels_lts import outages
from channels_lts.frames import FrameError

from .models import Message, Room

PAGE = 50


class LockedRooms:
    """
    Rooms whose row has been locked by somebody else for too long: for some time nobody waits for it
    again, since pages would wait for the worker.
    """
    seconds = 5

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.until = {}

    @contextmanager
    def passed_over(self, room):
        """Wraps a write. Raises what it raises, and Later at once for one of these rooms."""
        if self.until.get(room.pk, 0) > self.clock():
            raise outages.Later(outages.BUSY)
        try:
            yield
        except Error as error:
            if outages.kind_of(error) == outages.BUSY:
                self.until[room.pk] = self.clock() + self.seconds
            raise


locked_rooms = LockedRooms()


def newest(room):
    """(the newest messages, oldest first; whether there are older ones)"""
    return before(room, None)


def before(room, number):
    """Like `newest`, for messages with a lower number."""
    found = room.messages.select_related("user").order_by("-number")
    if number is not None:
        found = found.filter(number__lt=number)
    found = list(found[:PAGE + 1])
    return found[:PAGE][::-1], len(found) > PAGE


def after(room, number):
    """(the messages after this number, oldest first; whether there are more)"""
    found = list(room.messages.select_related("user").filter(number__gt=number)
                 .order_by("number")[:PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def store(room, user, text, client_id):
    """
    The stored Message. A message with this `client_id` is stored only once, however often and at
    however many workers it arrives. Raises FrameError: closed, bad_id, busy.
    """
    with locked_rooms.passed_over(room):
        return store_once(room, user, text, client_id)


def store_once(room, user, text, client_id):
    if client_id is None:
        return insert(room, user, text, None)
    known = find(user, client_id)
    if known is None:
        try:
            return insert(room, user, text, client_id)
        except IntegrityError:  # another worker has been faster
            known = find(user, client_id)
            if known is None:
                raise
    if known.room_id != room.pk:
        raise FrameError("bad_id", _("A message in another room has this id."))
    return known


def find(user, client_id):
    return Message.objects.select_related("user").filter(user=user, client_id=client_id).first()


@transaction.atomic
def insert(room, user, text, client_id):
    # The update comes first: it takes the lock that makes numbers gapless (SQLite refuses a
    # transaction that reads first, if somebody else has written meanwhile).
    if not Room.objects.filter(pk=room.pk, closed=False).update(last_number=F("last_number") + 1):
        raise FrameError("closed", _("This room is closed."))
    number = Room.objects.values_list("last_number", flat=True).get(pk=room.pk)
    return Message.objects.create(
        room=room, number=number, user=user, content=text, client_id=client_id)
