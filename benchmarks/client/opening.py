"""
Opening many sockets, a bounded number at a time.
"""
import select
import socket
import time
from collections import Counter

from benchmarks import frames
from benchmarks.figures import percentile


class Opening:
    """
    Opens a socket for each (port, path), `window` of them at a time.

    `done` holds (socket, bytes that came after the handshake) by the number of the target,
    `failures` the number of failures by kind, `seconds` the time of each handshake.
    """

    def __init__(self, targets, window, seconds, cookie=None):
        self.targets = iter(enumerate(targets))
        self.window = window
        self.until = time.monotonic() + seconds
        self.cookie = cookie
        self.poll = select.epoll()
        self.pending = {}
        self.done = {}
        self.failures = Counter()
        self.seconds = []

    def run(self):
        more = True
        while more or self.pending:
            while more and len(self.pending) < self.window:
                more = self._begin()
            self._step()
            if time.monotonic() > self.until:
                self._give_up()
                break
        self.poll.close()

    def summary(self):
        return {
            "opened": len(self.done),
            "failed": dict(self.failures),
            "handshake_p50": percentile(self.seconds, 50),
            "handshake_p99": percentile(self.seconds, 99),
        }

    def _begin(self):
        number, target = next(self.targets, (None, None))
        if target is None:
            return False
        port, path = target
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex(("127.0.0.1", port))
        request = frames.handshake(port, path, self.cookie)
        self.pending[sock.fileno()] = [sock, time.monotonic(), request, b"", number]
        self.poll.register(sock.fileno(), select.EPOLLOUT)
        return True

    def _step(self):
        for fd, _ in self.poll.poll(0.2):
            try:
                self._advance(fd)
            except OSError as error:
                self._fail(fd, error.strerror or type(error).__name__)

    def _advance(self, fd):
        entry = self.pending[fd]
        sock, request = entry[0], entry[2]
        if request:
            sock.send(request)  # fits the buffer of a new connection
            entry[2] = b""
            self.poll.modify(fd, select.EPOLLIN)
            return
        data = sock.recv(65536)
        entry[3] += data
        if b"\r\n\r\n" in entry[3]:
            self._answered(fd)
        elif not data:
            self._fail(fd, "closed")

    def _answered(self, fd):
        sock, begun, _, data, number = self.pending[fd]
        head, _, rest = data.partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1].decode("ascii")
        if status != "101":
            self._fail(fd, status)
            return
        self.seconds.append(time.monotonic() - begun)
        self.poll.unregister(fd)
        del self.pending[fd]
        self.done[number] = sock, rest

    def _fail(self, fd, reason):
        self.failures[reason] += 1
        self.pending.pop(fd)[0].close()

    def _give_up(self):
        for fd in list(self.pending):
            self._fail(fd, "deadline")
        self.failures["deadline"] += sum(1 for _ in self.targets)
