"""
Data that a socket has sent and daphne hasn't processed yet.
"""
from collections import deque


class Intake:
    """
    Gives a socket the bytes it was sent: one slice per turn of the reactor, less while other
    sockets have much to process, and nothing while a budget is used up. Meanwhile the transport
    isn't read, so TCP slows the sender down: nothing is lost, and no more waits here than the
    transport delivers at once.
    """
    slice_bytes = 2 ** 14

    def __init__(self, socket, guard, own):
        """`own`: the socket's Budget."""
        self.socket = socket
        self.guard = guard
        self.own = own
        self.client = None
        self.chunks = deque()
        self.is_open = self.is_stopped = False
        self.is_waiting = True  # for a turn, or for `open`

    def begin(self, client, size):
        """Call it when the Client is known, with the bytes of the handshake."""
        self.client = client
        self.spend(size)

    def open(self):
        """From now on the socket understands frames."""
        self.is_open = True
        self.guard.turns.add(self._turn)

    def spend(self, size, frames=0):
        """Counts bytes and frames of the socket and of its Client."""
        now = self.guard.clock.seconds()
        self.own.spend(size, now)
        self.client.spend(size, frames, now)

    def add(self, data):
        """Takes what has arrived."""
        if self.is_stopped:
            return
        self.chunks.append(data)
        if self.is_waiting:
            self._pause()  # TLS delivers what it has, and daphne resumes after the handshake
        elif self.guard.turns.calls:
            self._take_turns()
        else:
            self._turn()

    def stop(self):
        """Drops what is left. A TLS connection ends only if it is read."""
        self.is_stopped = True
        self.chunks.clear()
        self._resume()

    def finish(self):
        """Processes all that is left, for a connection that was lost."""
        while self.is_open and not self.is_stopped and self._is_behind():
            self._parse()
        self.stop()

    def _turn(self, is_served=False):
        """Processes one slice, or lets it wait for a budget."""
        now = self.guard.clock.seconds()
        wait = self.own.wait(now)
        if self.is_stopped:
            return
        if wait:
            self._slow_down("SOCKET_BYTES")
            self.guard.clock.callLater(wait, self._turn)
        elif not (is_served or self.client.admits()):
            self._slow_down(self.client.used_up(now))
            self.client.queue.add(self._served)
        else:
            self._work()

    def _served(self):
        self._turn(is_served=True)

    def _work(self):
        self._parse()
        if self._is_behind():
            self._take_turns()
        else:
            self._resume()

    def _take_turns(self):
        self._pause()
        self.guard.turns.add(self._turn)

    def _parse(self):
        piece = self._next_piece()
        try:
            frames = self.socket.parse(piece)
        except Exception:  # the reactor would only log a timer's, and the socket wait for ever
            self.socket.dropConnection(abort=True)
            raise
        self.spend(len(piece), frames)

    def _is_behind(self):
        return bool(self.chunks) or self.socket.has_more()

    def _next_piece(self):
        if self.socket.has_more() or not self.chunks:
            return b""  # it continues with what it has
        chunk = self.chunks.popleft()
        if len(chunk) > self.slice_bytes:
            self.chunks.appendleft(chunk[self.slice_bytes:])
        return chunk[:self.slice_bytes]

    def _slow_down(self, setting):
        self._pause()
        self.guard.note_slow(setting, self.client.address)

    def _pause(self):
        self.is_waiting = True
        self.guard.pause(self.socket.transport)

    def _resume(self):
        if self.is_waiting:
            self.is_waiting = False
            self.guard.resume(self.socket.transport)
