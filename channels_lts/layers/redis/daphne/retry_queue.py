from .send_buffer import Kept


class Insistence:
    """
    Tries again what Redis had no room for, in batches, the oldest first: the next batch follows at
    once when one has been taken, and ever later when not. Each is tried until its deadline.
    """
    batch = 50
    shortest, longest = 0.25, 2  # seconds between two batches that aren't taken

    def __init__(self, clock, send, give_up):
        """
        `send(post, answered)` sends a Post; `answered(None)` says that it was taken, any other
        argument why not. `give_up(post, reason)` is told of those whose time is over.
        """
        self.clock = clock
        self.send = send
        self.give_up = give_up
        self.kept = Kept()
        self.pause = self.shortest
        self.reason = None
        self.out = self.taken = 0  # of the batch under way
        self.failed = []
        self.is_scheduled = False

    def keep(self, post, reason):
        """False when there is no room."""
        if not self.kept.add(post):
            return False
        self.reason = reason
        self._schedule(self.pause)
        return True

    def _schedule(self, seconds):
        if self.kept and not self.out and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(seconds, self._try)

    def _try(self):
        self.is_scheduled = False
        for post in self.kept.take_expired(self.clock.seconds()):
            self.give_up(post, self.reason)
        batch = [self.kept.take() for _ in range(min(self.batch, len(self.kept)))]
        self.out, self.taken, self.failed = len(batch), 0, []
        for post in batch:
            self.send(post, lambda refusal, post=post: self._answered(post, refusal))

    def _answered(self, post, refusal):
        self.out -= 1
        if refusal is None:
            self.taken += 1
        else:
            self.reason = refusal
            self.failed.append(post)
        if not self.out:
            self._turn()

    def _turn(self):
        for post in self.failed:
            if not self.kept.add(post):
                self.give_up(post, self.reason)
        self.pause = self.shortest if self.taken else min(2 * self.pause, self.longest)
        self._schedule(self.pause if self.failed else 0)
