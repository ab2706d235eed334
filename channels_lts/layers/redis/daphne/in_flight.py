"""
What is on its way to one server.
"""
from channels_lts.conf import bound


def is_large(envelope):
    """Whether its payload has more than LARGE_BODY bytes."""
    return len(envelope.payload) > bound("LARGE_BODY")


class InFlight:
    """
    What a server owes an answer to. Large ones have half of the bytes (or one of them has more,
    alone), so that small ones find room whatever is uploaded.
    """
    most = 20000  # envelopes
    most_bytes = 32 * 2 ** 20  # and one envelope more

    def __init__(self):
        self.envelopes = self.bytes = self.large_bytes = 0

    def has_room(self, envelope):
        """Whether it may be sent now."""
        if self.envelopes >= self.most or self.bytes >= self.most_bytes:
            return False
        return (not self.large_bytes or not is_large(envelope)
                or self.large_bytes + len(envelope.payload) <= self.most_bytes // 2)

    def add(self, envelope):
        """To be called when it is sent."""
        self._change(envelope, 1)

    def remove(self, envelope):
        """To be called when it is answered, or the connection is gone."""
        self._change(envelope, -1)

    def _change(self, envelope, sign):
        self.envelopes += sign
        self.bytes += sign * len(envelope.payload)
        if is_large(envelope):
            self.large_bytes += sign * len(envelope.payload)
