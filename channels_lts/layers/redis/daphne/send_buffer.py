from collections import deque


class Pending:
    """
    An Envelope that daphne has sent: its number in the order of sending, its deadline (see
    Deadlines), the Window it counts in, the last turn it has had (see FairQueue), and what it is
    waiting for, for the log.
    """
    __slots__ = ("number", "envelope", "window", "deadline", "turn", "reason")

    def __init__(self, number, envelope, window=None):
        self.number = number
        self.envelope = envelope
        self.window = window
        self.deadline = self.turn = None
        self.reason = "it waited too long"

    def set_deadline(self, deadline):
        """Works once: later calls change nothing."""
        if self.deadline is None:
            self.deadline = deadline

    def set_reason(self, reason):
        """Sets what it is waiting for from now on."""
        self.reason = reason

    def had_turn(self, number):
        """Call it when it is sent, with the number of its window's turn."""
        self.turn = number


class SendBuffer:
    """Waiting messages, in the order in which daphne sent them; bounded in number and in bytes."""
    most = 20000

    def __init__(self, most_bytes=16 * 2 ** 20):
        self.most_bytes = most_bytes
        self.queue = deque()
        self.bytes = 0
        self.is_mixed = False  # one was put back after a later one had been added

    def __len__(self):
        return len(self.queue)

    def add(self, pending):
        """Returns False if there is no room."""
        if len(self.queue) >= self.most or self.bytes >= self.most_bytes:
            return False
        self.is_mixed = self.is_mixed or bool(self.queue) and pending.number < self.queue[-1].number
        self.queue.append(pending)
        self.bytes += len(pending.envelope.payload)
        return True

    def first(self):
        """The one that daphne sent first; the buffer must not be empty."""
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
