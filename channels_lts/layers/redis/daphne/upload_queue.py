"""
Large requests waiting for each other.
"""
from .in_flight import is_large
from .send_buffer import SendBuffer


class UploadQueue:
    """Large requests without room on the way to Redis, in order."""
    seconds = 10  # that each may wait
    most_bytes = 32 * 2 ** 20  # waiting bytes, plus one request

    def __init__(self, clock, shards, send):
        """`shards`: a Shards. `send(pending, shards)` sends a Pending to one of them."""
        self.clock = clock
        self.shards = shards
        self.send = send
        self.buffer = SendBuffer(self.most_bytes)

    def __len__(self):
        return len(self.buffer)

    def is_ahead_of(self, envelope):
        """Whether it has to wait: smaller uploads can't keep overtaking a large one."""
        return bool(self.buffer) and is_large(envelope)

    def add(self, pending):
        """
        Returns False if there is no place, if it isn't large, or if more than room is missing.
        """
        if not is_large(pending.envelope) or not self.shards.is_any_up():
            return False
        pending.set_deadline(self.clock.seconds() + self.seconds)
        return self.buffer.add(pending)

    def go_on(self):
        """Sends as many as there is room for."""
        for _ in range(len(self.buffer)):
            shards = self.shards.with_room(self.buffer.first().envelope)
            if not shards:
                return
            self.send(self.buffer.take(), shards)

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        return self.buffer.take_expired(now)

    def take_all(self):
        """Removes and returns all."""
        return self.buffer.take_all()
