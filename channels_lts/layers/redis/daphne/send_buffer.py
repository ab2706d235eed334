from collections import deque


class Pending:
    """
    An Envelope that daphne has sent: the how manieth, by when it must have been taken (see
    Deadlines), in which Window it counts, the last turn it has had (see FairQueue), and what it
    waits for, to be logged.
    """
    __slots__ = ("number", "envelope", "window", "deadline", "turn", "reason")

    def __init__(self, number, envelope, window=None):
        self.number = number
        self.envelope = envelope
        self.window = window
        self.deadline = self.turn = None
        self.reason = "it waited too long"

    def set_deadline(self, deadline):
        """Once: a later call changes nothing."""
        if self.deadline is None:
            self.deadline = deadline

    def set_reason(self, reason):
        """What it waits for from now on."""
        self.reason = reason

    def had_turn(self, number):
        """To be called when it is sent after its window's turn of that number."""
        self.turn = number


class SendBuffer:
    """Messages that wait, in the order that daphne sent them in; bounded in number and in bytes."""
    most = 20000

    def __init__(self, most_bytes=16 * 2 ** 20):
        self.most_bytes = most_bytes
        self.queue = deque()
        self.bytes = 0
        self.is_mixed = False  # one came back after a later one had been added

    def __len__(self):
        return len(self.queue)

    def add(self, pending):
        """False when there is no room."""
        if len(self.queue) >= self.most or self.bytes >= self.most_bytes:
            return False
        self.is_mixed = self.is_mixed or bool(self.queue) and pending.number < self.queue[-1].number
        self.queue.append(pending)
        self.bytes += len(pending.envelope.payload)
        return True

    def first(self):
        """The one that daphne sent first; there has to be one."""
        if self.is_mixed:
            self.queue = deque(sorted(self.queue, key=lambda each: each.number))
            self.is_mixed = False
        return self.queue[0]

    def take(self):
        """Removes and returns the first one."""
        pending = self.first()
        self.queue.popleft()
        self.bytes -= len(pending.envelope.payload)
        return pending

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        expired = [each for each in self.queue if each.deadline < now]
        if expired:
            self.queue = deque(each for each in self.queue if each.deadline >= now)
            self.bytes -= sum(len(each.envelope.payload) for each in expired)
        return expired

    def take_all(self):
        """Removes and returns all."""
        return [self.take() for _ in range(len(self))]
