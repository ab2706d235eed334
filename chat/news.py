"""
Tells people elsewhere that something was said in a room.
"""
import atexit
import logging
import threading
import time

from channels import Group

from . import frames, groups

logger = logging.getLogger(__name__)


def later(seconds, call):
    """Calls `call` in a thread, after `seconds`."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True  # the process doesn't wait for it to end
    timer.start()


class News:
    """
    Announces a room's first message at once; those that follow within `seconds` are announced in
    one frame, at their end or sooner. Each process does so by itself. A frame to everybody for
    each message would cost rooms times readers.
    """
    seconds = 5

    def __init__(self, clock=time.monotonic, later=later):
        self.clock = clock
        self.later = later
        self.lock = threading.Lock()
        self.told = {}  # key of a room: when it was last announced
        self.waiting = {}  # key of a room: its name and last number, to be announced

    def tell(self, room, number):
        with self.lock:
            now = self.clock()
            self.told = {pk: at for pk, at in self.told.items() if now - at < self.seconds}
            if room.pk in self.told:
                if not self.waiting:
                    self.later(self.seconds, self.tell_waiting)
                _name, before = self.waiting.get(room.pk, (room.name, 0))
                self.waiting[room.pk] = (room.name, max(before, number))
                return
            self.told[room.pk] = now
            # Another thread's message may have been stored later, and have come here first.
            _name, before = self.waiting.pop(room.pk, (room.name, 0))
            number = max(number, before)
        Group(groups.NEWS).send(frames.room_news(room.name, number))

    def tell_waiting(self):
        """Announces what waits. An outage is logged: the next list of rooms has it, too."""
        with self.lock:
            waiting, self.waiting = self.waiting, {}
            self.told.update(dict.fromkeys(waiting, self.clock()))
        for name, number in waiting.values():
            try:
                Group(groups.NEWS).send(frames.room_news(name, number), immediately=True)
            except Exception as error:
                logger.warning("What is new in the room %s isn't announced: %r", name, error)


news = News()
atexit.register(news.tell_waiting)
