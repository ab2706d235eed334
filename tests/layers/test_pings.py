"""
What daphne answers by itself.
"""
from types import SimpleNamespace

import pytest

from workshop.layers.interface.pings import LimitedSocket

from .sockets import Wire


class Pinged(LimitedSocket):
    """A socket whose browser takes so many bytes at each `doWrite`."""

    def __init__(self, taken):
        self.state = self.STATE_OPEN
        self.transport = Wire(taken)
        self.factory = SimpleNamespace(
            refusals=SimpleNamespace(is_one_too_many=lambda protocol: self.is_refused))
        self.is_refused = False

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


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_ping_too_many_is_not_answered(is_refused):
    pinged = Pinged(taken=0)
    pinged.is_refused = is_refused
    pinged.ping(1)
    assert pinged.unsent == (0 if is_refused else 125)
