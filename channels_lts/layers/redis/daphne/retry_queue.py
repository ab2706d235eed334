from .send_buffer import SendBuffer


class RetryQueue:
    """
    Retries what Redis had no room for, in batches, oldest first: after a success the next batch
    follows at once, after a failure later and later. Each message is tried until its deadline.
    """
    batch = 50
    shortest, longest = 0.25, 2  # seconds between two batches that aren't accepted

    def __init__(self, clock, send, give_up):
        """
        `send(pending, answered)` sends a Pending; `answered(None)` means that it was accepted, any
        other argument is the reason why not. `give_up(pending, reason)` gets those that have
        expired.
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
        """Returns False if there is no room."""
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
        """Removes and returns all that aren't under way."""
        return self.buffer.take_all()
