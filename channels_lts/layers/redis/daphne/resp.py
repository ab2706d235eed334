"""
Redis's protocol on Twisted: commands are sent at once, answers come back in order.
"""
from collections import deque

from redis.exceptions import ConnectionError, ResponseError
from twisted.internet.protocol import Protocol

from channels_lts.extras import extra
from channels_lts.redis.errors import is_unavailable

with extra("redis"):
    import hiredis


class RedisProtocol(Protocol):
    """
    One connection. Each command has a callable that gets its answer: what Redis sent (bytes, int,
    list or None); for an error redis-py's ResponseError, whose text begins with the code; or its
    ConnectionError if there is no connection or it breaks before the answer: then the command may
    have run. So does a command that this server can't run for now; the connection is then closed.
    """

    def __init__(self, on_lost):
        """
        `on_lost(protocol, error)` is called when the connection breaks, before the commands under
        way get their errors.
        """
        self.on_lost = on_lost
        self.reader = hiredis.Reader(replyError=ResponseError)
        self.waiting = deque()  # (time by which the answer is due, callable)
        self.is_open = False
        self.heard = 0  # how often something arrived
        self.why = None  # why it was broken off from here, if known

    def connectionMade(self):
        self.is_open = True

    def command(self, arguments, answered, deadline):
        """Sends one command. `arguments`: a tuple of str, bytes and numbers."""
        if not self.is_open:
            answered(ConnectionError("not connected"))
            return
        self.waiting.append((deadline, answered))
        self.transport.write(hiredis.pack_command(arguments))

    def is_overdue(self, now):
        """Whether the oldest answer is overdue at this time, in seconds."""
        return bool(self.waiting) and self.waiting[0][0] < now

    def dataReceived(self, data):
        self.heard += 1
        try:
            self.reader.feed(data)
            answer = self.reader.gets()
            while answer is not False and self.is_open:
                self._answer(answer)
                answer = self.reader.gets()
        except hiredis.ProtocolError:
            self.close()

    def _answer(self, answer):
        _, answered = self.waiting.popleft()
        if isinstance(answer, ResponseError) and is_unavailable(str(answer)):
            answer = self.why = ConnectionError(str(answer))
            self.close()
        answered(answer)

    def connectionLost(self, reason):
        self.is_open = False
        why = self.why or ConnectionError(reason.getErrorMessage())
        waiting, self.waiting = self.waiting, deque()
        self.on_lost(self, why)
        for _, answered in waiting:
            answered(why)

    def end(self):
        """Accepts no more commands, and closes when the earlier ones have gone out."""
        self.is_open = False
        self.transport.loseConnection()

    def close(self):
        """Breaks the connection off. Unanswered commands get a ConnectionError."""
        self.is_open = False
        self.transport.abortConnection()
