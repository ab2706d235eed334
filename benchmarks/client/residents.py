"""
Sockets that reconnect whenever they are closed, and remember which frames they have seen.
"""
import contextlib
import heapq
import random
import re
import select
import socket
import time
from collections import Counter

from benchmarks import frames
from benchmarks.client.stdin import is_over
from benchmarks.jsonlines import answer

RETRY_SECONDS = 0.25  # after a failed handshake
SPREAD = re.compile(rb"^spread=(\d+(?:\.\d+)?)$")  # the optional reason of a close
LOST = 1006  # a browser's code for a connection that ended without a close


class Resident:
    """One of them: `seen` holds the numbers of all frames it has received."""

    def __init__(self, number=0):
        self.number = number
        self.sock = None
        self.data = b""
        self.is_open = False
        self.seen = set()
        self.gone_at = None

    def take(self):
        """The next (opcode, payload), after the handshake. Raises ConnectionError at the end."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("closed")
        self.data += data
        if not self.is_open:
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if not end:
                return []
            if head.split(b" ", 2)[1] != b"101":
                raise ConnectionError(head.split(b" ", 2)[1].decode("ascii"))
            self.is_open, self.data = True, rest
        found, self.data = frames.split(self.data)
        return found


class Residents:

    def __init__(self, port, path, count):
        self.port = port
        self.path = path
        self.poll = select.epoll()
        self.residents = [Resident(number) for number in range(count)]
        self.by_fd = {}
        self.due = [(0, number) for number in range(count)]  # who connects when
        self.closes = Counter()
        self.failures = Counter()
        self.back = []  # (when, after how many seconds)

    # What another kind of them may do differently

    def address_of(self, number):
        """The (host, port) from which one connects; port 0: any."""
        return "", 0

    def request_of(self, number):
        return frames.handshake(self.port, self.path)

    def hear(self, resident, text):
        """Takes in a frame, in bytes."""
        resident.seen.add(int(text))

    def step(self):
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            self._connect(heapq.heappop(self.due)[1])
        for fd, event in self.poll.poll(0.02):
            resident = self.by_fd[fd]
            if event & select.EPOLLOUT:
                self._ask(fd, resident)
            else:
                self._read(fd, resident)

    def are_open(self):
        return all(resident.is_open for resident in self.residents)

    def _connect(self, number):
        resident = self.residents[number]
        resident.sock = socket.socket()
        resident.sock.setblocking(False)
        resident.sock.bind(self.address_of(number))
        resident.sock.connect_ex(("127.0.0.1", self.port))
        self.by_fd[resident.sock.fileno()] = resident
        self.poll.register(resident.sock.fileno(), select.EPOLLOUT)

    def _ask(self, fd, resident):
        try:
            resident.sock.send(self.request_of(resident.number))
            self.poll.modify(fd, select.EPOLLIN)
        except OSError as error:
            self._lose(fd, resident, LOST, str(error), 0)

    def _read(self, fd, resident):
        was_open = resident.is_open
        try:
            found = resident.take()
        except OSError as error:
            self._lose(fd, resident, LOST, str(error), 0)
            return
        if resident.is_open and not was_open and resident.gone_at:
            now = time.monotonic()
            self.back.append((now, now - resident.gone_at))
        for opcode, payload in found:
            if opcode == frames.TEXT:
                self.hear(resident, payload)
            elif opcode == frames.PING:
                resident.sock.send(frames.client_frame(payload, frames.PONG))
            elif opcode == frames.CLOSE:
                self._close(fd, resident, payload)
                break

    def _close(self, fd, resident, payload):
        spread = SPREAD.match(payload[2:])
        with contextlib.suppress(OSError):  # the server may not have waited for it
            resident.sock.send(frames.client_frame(payload[:2], frames.CLOSE))
        self._lose(fd, resident, int.from_bytes(payload[:2], "big"), "",
                   random.uniform(0, float(spread.group(1))) if spread else 0)

    def _lose(self, fd, resident, code, error, wait):
        now = time.monotonic()
        if resident.is_open:
            self.closes[str(code)] += 1
            resident.gone_at = now
        else:
            self.failures[error] += 1
            wait = RETRY_SECONDS
        self.poll.unregister(fd)
        self.by_fd.pop(fd).sock.close()
        resident.is_open, resident.data = False, b""
        heapq.heappush(self.due, (now + wait, resident.number))

    def summary(self):
        newest = max((max(each.seen, default=-1) for each in self.residents), default=-1)
        return {
            "open": sum(each.is_open for each in self.residents),
            "closes": dict(self.closes),
            "failures": dict(self.failures),
            "lost": sum(newest + 1 - min(each.seen, default=newest + 1) - len(each.seen)
                        for each in self.residents),
            "seen": sum(len(each.seen) for each in self.residents),
            "last_back": max((when for when, _ in self.back), default=None),
            "longest_away": max((away for _, away in self.back), default=None),
        }


def reside(port, path, count, seconds=60):
    """
    Answers "ready" when all are open, or after `seconds`, and continues until the next request
    comes; then they are closed. A frame's text is its number.
    """
    residents = Residents(port, path, count)
    until = time.monotonic() + seconds
    while not residents.are_open() and time.monotonic() < until:
        residents.step()
    residents.failures.clear()
    answer({"ready": residents.are_open()})
    while not is_over():
        residents.step()
    found = residents.summary()
    for resident in residents.residents:
        if resident.sock:
            resident.sock.close()
    return found
