"""
Redis's protocol on Twisted: commands go out at once, answers come back in their order.
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
    list or None); redis-py's ResponseError for an error, whose text begins with its code; or its
    ConnectionError when there is no connection or it breaks before the answer: then the command may
    have run. So does a command that this server can't run for now, and the connection is closed.
    """

    def __init__(self, on_lost):
        """
        `on_lost(protocol, error)` is called when the connection breaks, before the commands under
        way hear of it.
        """
        self.on_lost = on_lost
        self.reader = hiredis.Reader(replyError=ResponseError)
        self.waiting = deque()  # (time by which the answer should be here, callable)
        self.is_open = False
        self.heard = 0  # how often something came
        self.why = None  # it was broken off from here, if that is known

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
        """Whether the oldest answer should have come by this time, in seconds."""
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
        """Takes no more commands, and closes when those before have gone out."""
        self.is_open = False
        self.transport.loseConnection()

    def close(self):
        """Breaks the connection off. What waits for an answer is told a ConnectionError."""
        self.is_open = False
        self.transport.abortConnection()
