from .send_buffer import SendBuffer


class RetryQueue:
    """
    Tries again what Redis had no room for, in batches, the oldest first: the next batch follows at
    once when one has been taken, and ever later when not. Each is tried until its deadline.
    """
    batch = 50
    shortest, longest = 0.25, 2  # seconds between two batches that aren't taken

    def __init__(self, clock, send, give_up):
        """
        `send(pending, answered)` sends a Pending; `answered(None)` says that it was taken, any
        other argument why not. `give_up(pending, reason)` is told of those whose time is over.
        """
        self.clock = clock
        self.send = send
        self.give_up = give_up
        self.buffer = SendBuffer()
        self.pause = self.shortest
        self.reason = None
        self.out = self.taken = 0  # of the batch under way
        self.failed = []
        self.is_scheduled = False

    def add(self, pending, reason):
        """False when there is no room."""
        if not self.buffer.add(pending):
            return False
        self.reason = reason
        self._schedule(self.pause)
        return True

    def _schedule(self, seconds):
        if self.buffer and not self.out and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(seconds, self._try)

    def _try(self):
        self.is_scheduled = False
        for pending in self.buffer.take_expired(self.clock.seconds()):
            self.give_up(pending, self.reason)
        batch = [self.buffer.take() for _ in range(min(self.batch, len(self.buffer)))]
        self.out, self.taken, self.failed = len(batch), 0, []
        for pending in batch:
            self.send(pending, lambda refusal, pending=pending: self._answered(pending, refusal))

    def _answered(self, pending, refusal):
        self.out -= 1
        if refusal is None:
            self.taken += 1
        else:
            self.reason = refusal
            self.failed.append(pending)
        if not self.out:
            self._turn()

    def _turn(self):
        for pending in self.failed:
            if not self.buffer.add(pending):
                self.give_up(pending, self.reason)
        self.pause = self.shortest if self.taken else min(2 * self.pause, self.longest)
        self._schedule(self.pause if self.failed else 0)

    def take_all(self):
        """Removes and returns all that aren't on their way."""
        return self.buffer.take_all()
