"""
Open sockets, and the rounds that are measured on them.
"""
import select
import time
from contextlib import suppress

from benchmarks import frames
from benchmarks.client.conversation import Conversation
from benchmarks.client.opening import Opening
from benchmarks.figures import median
from benchmarks.jsonlines import answer


class Sockets:

    def __init__(self):
        self.poll = select.epoll()
        self.socks = {}   # by file descriptor
        self.order = []   # file descriptors in the order requested; None: did not open
        self.rest = {}    # the bytes of a frame that is not complete yet
        self.pings = 0    # answered

    def open(self, targets, window, seconds, cookie=None):
        """Opens one socket for each [port, path] of `targets`; adds to those that are open."""
        opening = Opening(targets, window, seconds, cookie)
        begun = time.monotonic()
        opening.run()
        took = time.monotonic() - begun
        for number in range(len(targets)):
            self._adopt(*opening.done.get(number, (None, b"")))
        return dict(opening.summary(), seconds=took, open=len(self.socks))

    def _adopt(self, sock, rest):
        fd = sock and sock.fileno()
        self.order.append(fd)
        if fd is None:
            return
        self.socks[fd] = sock
        if rest:
            self.rest[fd] = rest
        self.poll.register(fd, select.EPOLLIN)

    def close(self):
        for fd in list(self.socks):
            self.lose(fd)
        self.order = []
        return {}

    def lose(self, fd):
        self.poll.unregister(fd)
        self.socks.pop(fd).close()
        self.rest.pop(fd, None)

    def collect(self, text, seconds, quiet):
        """
        Answers "ready", then waits until `text` has come once on every open socket; at most
        `seconds`, and no longer than `quiet` seconds after the last frame.
        """
        self._drain()
        wanted = set(self.socks)
        answer({"ready": True})
        arrived, strays = self._collect(text, wanted, seconds, quiet)
        times = list(arrived.values())
        return {
            "expected": len(wanted),
            "received": len(arrived),
            "strays": strays,  # duplicates, or frames of an earlier round
            "open": len(self.socks),
            "last": max(times, default=None),
            "median": median(times),
        }

    def _collect(self, text, wanted, seconds, quiet):
        frame, payload = frames.server_frame(text), text.encode("utf8")
        arrived, strays, rest, socks = {}, 0, self.rest, self.socks
        clock, poll = time.monotonic, self.poll.poll
        until = clock() + seconds
        silent = clock() + quiet
        while len(arrived) < len(wanted) and clock() < min(until, silent):
            for fd, _ in poll(0.1):
                data = self.receive(fd)
                now = clock()
                silent = now + quiet
                if data == frame and fd not in rest and fd not in arrived:
                    arrived[fd] = now
                    continue
                for found in self.texts(fd, data):
                    if found == payload and fd not in arrived:
                        arrived[fd] = now
                    else:
                        strays += 1
            if len(socks) < len(wanted):
                wanted = wanted.intersection(socks) | arrived.keys()
        return arrived, strays

    def listen(self, seconds):
        """Answers pings for this many seconds; returns how many there were."""
        until, pings = time.monotonic() + seconds, self.pings
        while time.monotonic() < until:
            for fd, _ in self.poll.poll(0.1):
                self.texts(fd, self.receive(fd))
        return {"received": self.pings - pings, "open": len(self.socks)}

    def receive(self, fd):
        """The data that arrived on a socket; empty if it is closed, and then it is dropped."""
        try:
            data = self.socks[fd].recv(65536)
        except OSError:
            data = b""
        if not data:
            self.lose(fd)
        return data

    def texts(self, fd, data):
        """The payloads of the complete text frames in `data`; answers pings on the way."""
        found, rest = frames.split(self.rest.pop(fd, b"") + data)
        if rest:
            self.rest[fd] = rest
        for opcode, payload in found:
            if opcode == frames.PING:
                self.pings += 1
                self._send(fd, frames.client_frame(payload, frames.PONG))
        return [payload for opcode, payload in found if opcode == frames.TEXT]

    def _send(self, fd, data):
        with suppress(OSError, KeyError):  # it is closed: reading says so
            self.socks[fd].send(data)

    def _drain(self):
        """Discards what has arrived since the last round."""
        events = self.poll.poll(0)
        while events:
            for fd, _ in events:
                self.texts(fd, self.receive(fd))
            events = self.poll.poll(0)

    def converse(self, members, window, seconds, quiet, tag):
        """
        In every room (`members` consecutive sockets) one socket sends something, `window` rooms at
        a time; see Conversation.
        """
        self._drain()
        return Conversation(self, members, window, tag).run(seconds, quiet)
