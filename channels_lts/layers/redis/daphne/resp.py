"""
Redis's protocol on Twisted: commands go out at once, answers come back in their order.
"""
from collections import deque

from channels.asgi import InvalidChannelLayerError
from twisted.internet.protocol import Protocol

from channels_lts.extras import extra

from ..outage import is_useless

with extra("redis", InvalidChannelLayerError):
    import hiredis


class RedisError(Exception):
    """Redis's answer was an error. The text begins with its code."""


class Away(Exception):
    """There is no connection, or it broke before the answer: the command may have run."""


class RedisProtocol(Protocol):
    """
    One connection. Each command has a callable that gets its answer: what Redis sent (bytes, int,
    list or None), a RedisError, or Away.
    """

    def __init__(self):
        self.reader = hiredis.Reader(replyError=RedisError)
        self.waiting = deque()  # (time by which the answer should be here, callable)
        self.is_open = False
        self.on_lost = None
        self.heard = 0  # how often something came
        self.why = None  # it was broken off from here, if that is known

    def connectionMade(self):
        self.is_open = True

    def command(self, arguments, answered, deadline):
        """Sends one command. `arguments`: a tuple of str, bytes and numbers."""
        if not self.is_open:
            answered(Away("not connected"))
            return
        self.waiting.append((deadline, answered))
        self.transport.write(hiredis.pack_command(arguments))

    def is_overdue(self, now):
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
        if isinstance(answer, RedisError) and is_useless(str(answer)):
            answer = self.why = Away(str(answer))
            self.close()
        answered(answer)

    def connectionLost(self, reason):
        self.is_open = False
        why = self.why or Away(reason.getErrorMessage())
        waiting, self.waiting = self.waiting, deque()
        if self.on_lost:
            self.on_lost(why)
        for _, answered in waiting:
            answered(why)

    def close(self):
        """Breaks the connection off. What waits for an answer is told Away."""
        self.is_open = False
        self.transport.abortConnection()
