"""
Tells people elsewhere that something was said in a room.
"""
import time

from channels import Group

from . import frames, groups


class News:
    """
    Announces a room at most once in `seconds`, in this process: what comes meanwhile is announced
    with the next message, or appears in the next list of rooms. A frame to everybody for each
    message would cost rooms times readers.
    """
    seconds = 5

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.told = {}  # key of a room: when it was last announced

    def tell(self, room, number):
        now = self.clock()
        if room.pk in self.told and now - self.told[room.pk] < self.seconds:
            return
        self.told = {pk: at for pk, at in self.told.items() if now - at < self.seconds}
        self.told[room.pk] = now
        Group(groups.NEWS).send(frames.room_news(room.name, number))


news = News()
