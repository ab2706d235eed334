from collections import deque

from twisted.internet import defer


class Inbox:
    """What `receive_twisted` hands to daphne, one message per call."""

    def __init__(self, clock):
        self.clock = clock
        self.messages = deque()
        self.waiting = None
        self.timeout = None

    def put(self, channel, message):
        """Hands a message over: at once, if daphne waits for one."""
        if self.waiting is None:
            self.messages.append((channel, message))
        else:
            self._answer((channel, message))

    def is_empty(self):
        """Whether daphne has taken all that was put."""
        return not self.messages

    def get(self, seconds):
        """A Deferred of (channel, message), or of (None, None) when there is none for so long."""
        if self.messages:
            return defer.succeed(self.messages.popleft())
        waiting = self.waiting = defer.Deferred()
        self.timeout = self.clock.callLater(seconds, self._answer, (None, None))
        return waiting

    def _answer(self, answer):
        waiting, self.waiting = self.waiting, None
        if self.timeout.active():
            self.timeout.cancel()
        waiting.callback(answer)
