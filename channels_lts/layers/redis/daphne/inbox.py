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
        """Hands over a message: immediately, if daphne is waiting for one."""
        if self.waiting is None:
            self.messages.append((channel, message))
        else:
            self._answer((channel, message))

    def is_empty(self):
        """Whether daphne has taken everything."""
        return not self.messages

    def get(self, seconds):
        """A Deferred of (channel, message), or of (None, None) if none comes within `seconds`."""
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
