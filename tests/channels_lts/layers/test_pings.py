"""
What daphne answers by itself.
"""
from channels_lts.security.daphne.sockets import GuardedSocket

from .sockets import Wire


class Pinged(GuardedSocket):
    """A socket whose browser reads this many bytes at each `doWrite`."""

    def __init__(self, taken):
        self.state = self.STATE_OPEN
        self.transport = Wire(taken)
        self.failedByMe = False

    def sendPong(self, payload=None):
        self.transport.write(payload)

    def ping(self, times):
        for _ in range(times):
            self.onPing(b"p" * 125)

    @property
    def unsent(self):
        return len(self.transport.dataBuffer) + self.transport._tempDataLen


def test_who_pings_and_never_reads_fills_64_kib():
    pinged = Pinged(taken=0)
    pinged.ping(10000)
    assert 2 ** 16 < pinged.unsent < 2 ** 16 + 200


def test_who_reads_again_is_answered_again():
    pinged = Pinged(taken=10 ** 6)
    pinged.ping(1000)
    assert pinged.transport.producerPaused
    for _ in range(2):  # the second one finds nothing left
        pinged.transport.doWrite()
    pinged.ping(1)
    assert pinged.transport._tempDataLen == 125
