"""
Rooms that talk: a frame from one socket of a room has to reach all of the room's sockets.
"""
import time

from benchmarks import frames
from benchmarks.figures import percentile


class Conversation:
    """One frame in every room, a bounded number of rooms at a time."""

    def __init__(self, sockets, members, window, tag):
        self.sockets = sockets
        self.tag = tag
        self.window = window
        order = sockets.order
        self.rooms = [order[start:start + members] for start in range(0, len(order), members)]
        self.next = 0
        self.waiting = {}  # room number: (when it was asked, sockets still without the frame)
        self.strays = 0
        self.received = 0
        self.seconds = []

    def run(self, seconds, quiet):
        begun = last = time.monotonic()
        until = begun + seconds
        while self.next < len(self.rooms) or self.waiting:
            while self.next < len(self.rooms) and len(self.waiting) < self.window:
                self._speak()
            if self._listen():
                last = time.monotonic()
            if time.monotonic() > min(until, last + quiet):
                break
        return {
            "expected": sum(len(room) for room in self.rooms),
            "received": self.received,
            "strays": self.strays,
            "open": len(self.sockets.socks),
            "seconds": last - begun,
            "p50": percentile(self.seconds, 50),
            "p99": percentile(self.seconds, 99),
        }

    def _speak(self):
        number, self.next = self.next, self.next + 1
        speaker = self.sockets.socks.get(self.rooms[number][0])
        if speaker is None:
            return
        self.waiting[number] = (time.monotonic(), set(self.rooms[number]))
        speaker.send(frames.client_frame(("%s:%d" % (self.tag, number)).encode("ascii")))

    def _listen(self):
        heard = False
        for fd, _ in self.sockets.poll.poll(0.1):
            for text in self.sockets.texts(fd, self.sockets.receive(fd)):
                heard = True
                self._hear(fd, text.decode("ascii"))
        return heard

    def _hear(self, fd, text):
        tag, _, number = text.partition(":")
        begun, missing = self.waiting.get(int(number), (None, ())) if tag == self.tag else (0, ())
        if fd not in missing:
            self.strays += 1
            return
        missing.remove(fd)
        self.received += 1
        if not missing:
            self.seconds.append(time.monotonic() - begun)
            del self.waiting[int(number)]
