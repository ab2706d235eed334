"""
What is under way to one server.
"""
from channels_lts.conf import bound


def is_large(envelope):
    """Whether its payload has more than LARGE_BODY bytes."""
    return len(envelope.payload) > bound("LARGE_BODY")


class InFlight:
    """
    Envelopes that a server hasn't answered yet. Large ones get half of the bytes (or a single one
    of them more), so that small ones find room whatever is uploaded.
    """
    most = 20000  # envelopes
    most_bytes = 32 * 2 ** 20  # plus one envelope

    def __init__(self):
        self.envelopes = self.bytes = self.large_bytes = 0

    def has_room(self, envelope):
        """Whether it may be sent now."""
        if self.envelopes >= self.most or self.bytes >= self.most_bytes:
            return False
        return (not self.large_bytes or not is_large(envelope)
                or self.large_bytes + len(envelope.payload) <= self.most_bytes // 2)

    def add(self, envelope):
        """Call it when it is sent."""
        self._change(envelope, 1)

    def remove(self, envelope):
        """Call it when it is answered, or the connection is lost."""
        self._change(envelope, -1)

    def _change(self, envelope, sign):
        self.envelopes += sign
        self.bytes += sign * len(envelope.payload)
        if is_large(envelope):
            self.large_bytes += sign * len(envelope.payload)
