"""
How daphne waits for its messages, on a clock that the tests turn.
"""
import time

import pytest
from twisted.internet.task import Clock

from workshop.layers import RedisChannelLayer, bundle
from workshop.layers.interface import clock as steady
from workshop.layers.interface.receiver import Receiver
from workshop.layers.interface.resp import RedisError

from .sockets import PROCESS


class Delivery:
    def __init__(self):
        self.taken = []

    def take(self, entries):
        self.taken += entries

    def is_busy(self):
        return False


class Link:
    answer_seconds = 5

    def __init__(self):
        self.waits = []
        self.drained = None

    def command(self, arguments, answered, seconds=5):
        self.waits.append(answered)

    def script(self, script, keys, arguments, answered):
        self.drained = answered


@pytest.fixture
def receiver():
    found = Receiver(Clock(), RedisChannelLayer(), PROCESS, Delivery())
    found.link = Link()
    found.begin()
    return found


@pytest.mark.parametrize("jump", [-3600, 0, 3600])
def test_what_has_expired_is_told_by_redis_clock_whatever_happens_to_ours(
        receiver, monkeypatch, jump):
    now = time.time()
    receiver.link.drained([b"5000.0", [], 0])
    monkeypatch.setattr(time, "time", lambda: now + jump)
    receiver.clock.advance(10)
    for expires in (5009, 5011):
        receiver.link.waits[-1]([b"list", bundle.pack(expires, b"%d" % expires, ["a"])])
    assert [bundle.unpack(each).payload for each in receiver.delivery.taken] == [b"5011"]


def test_after_a_reconnect_there_is_one_wait_and_not_two(receiver, log):
    receiver.link.waits[-1](RedisError("ERR what"))
    del receiver.link.waits[:]
    receiver.begin()
    receiver.clock.advance(receiver.error_seconds + 1)
    assert len(receiver.link.waits) == 1


def test_an_error_is_logged_and_the_wait_begins_again(receiver, log):
    receiver.link.waits[-1](RedisError("ERR what"))
    assert "Can't wait for Redis: ERR what" in log.text
    receiver.clock.advance(receiver.error_seconds)
    assert len(receiver.link.waits) == 2


def test_the_clock_is_one_that_nobody_sets(monkeypatch):
    class Reactor:
        callLater = None
    before = steady.Clock(Reactor).seconds()
    monkeypatch.setattr(time, "time", lambda: 0)
    assert 0 <= steady.Clock(Reactor).seconds() - before < 3600
