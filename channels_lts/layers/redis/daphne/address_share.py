"""
What an address has in the channels of requests and handshakes, and what is queued behind it.
"""
from collections import OrderedDict

from channels_lts.conf import bound
from channels_lts.security.daphne.window import Window


class Share(Window):
    """
    What one address has in one channel, and `queue`, what waits for a place there: {reply channel:
    envelope}, oldest first.
    """

    def __init__(self, name, most):
        """`name`: (channel, address)"""
        super().__init__(most)
        self.name = name
        self.queue = OrderedDict()

    def line_up(self, envelope):
        self.queue[reply_channel(envelope)] = envelope
        self.hold(size(envelope))

    def take(self, name):
        """Removes and returns the Envelope of a reply channel."""
        envelope = self.queue.pop(name)
        self.let_go(size(envelope))
        return envelope


def reply_channel(envelope):
    return envelope.message.get("reply_channel")


def size(envelope):
    """Bytes that count here: large bodies have a budget of their own."""
    is_large = len(envelope.message.get("body") or b"") > bound("LARGE_BODY")
    return 0 if is_large else len(envelope.payload)
