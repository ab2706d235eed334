"""
How daphne waits for its messages, on a clock that the tests turn.
"""
import time

import pytest
from redis.exceptions import ResponseError
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, bundle
from channels_lts.layers.redis.daphne.receiver import Receiver
from channels_lts.security.daphne import clock as steady

from .sockets import PROCESS


class Delivery:
    def __init__(self):
        self.taken = []
        self.waiting = None  # a Deferred, while it is busy

    def take(self, entries):
        self.taken += entries

    def is_busy(self):
        return self.waiting is not None

    def when_idle(self):
        return self.waiting

    def end_work(self):
        waiting, self.waiting = self.waiting, None
        waiting.callback(None)


class FarClient:
    """A Redis at some distance: it answers when a command has travelled there and back."""
    answer_seconds = 5

    def __init__(self, clock, round_trip):
        self.clock = clock
        self.round_trip = round_trip
        self.entries = []
        self.waiting = None
        self.sent = []

    def push(self, *entries):
        self.entries += entries
        self._serve()

    def command(self, arguments, answered, seconds=5):
        self.sent.append(arguments[0])
        self.clock.callLater(self.round_trip / 2, self._block, answered)

    def _block(self, answered):
        self.waiting = answered
        self._serve()

    def _serve(self):
        if self.waiting and self.entries:
            self._answer(self.waiting, [b"list", self.entries.pop(0)])
            self.waiting = None

    def script(self, script, keys, arguments, answered):
        self.sent.append("drain")
        self.clock.callLater(self.round_trip / 2, self._drain, arguments[-1], answered)

    def _drain(self, most, answered):
        found, self.entries = self.entries[:most], self.entries[most:]
        self._answer(answered, [b"%f" % self.clock.seconds(), found, len(found)])

    def _answer(self, answered, answer):
        self.clock.callLater(self.round_trip / 2, answered, answer)


class Client:
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
    found = Receiver(Clock(), RedisChannelLayer(), PROCESS, Delivery(), lambda on_up: Client())
    found.begin()
    return found


def far(round_trip):
    clock = Clock()
    found = Receiver(clock, RedisChannelLayer(), PROCESS, Delivery(),
                     lambda on_up: FarClient(clock, round_trip))
    found.begin()
    pause(found)
    del found.client.sent[:]
    return found


def pause(receiver):
    """Long enough that the next entry hasn't been waiting."""
    step = receiver.client.round_trip / 2
    for _ in range(int(max(0.002, 8 * step) / step)):
        receiver.clock.advance(step)


def entries(amount):
    return [bundle.pack(1e6, b"%d" % number, ["a"]) for number in range(amount)]


def until_taken(receiver, amount):
    """The seconds until this many entries have been taken."""
    step = receiver.client.round_trip / 8
    for steps in range(8000):
        if len(receiver.delivery.taken) == amount:
            return steps * step
        receiver.clock.advance(step)


@pytest.mark.parametrize("round_trip", [0.0002, 0.005, 0.1])
def test_what_is_waiting_is_taken_in_one_go_however_far_redis_is(round_trip):
    receiver, backlog = far(round_trip), entries(1000)
    receiver.client.push(*backlog)
    assert until_taken(receiver, 1000) < 12 * round_trip
    assert receiver.delivery.taken == backlog
    assert receiver.client.sent.count("drain") < 10


@pytest.mark.parametrize("round_trip", [0.0002, 0.005, 0.1])
def test_what_comes_one_by_one_costs_one_command_each(round_trip):
    receiver = far(round_trip)
    for entry in entries(receiver.most_single):
        receiver.client.push(entry)
        pause(receiver)
    assert receiver.client.sent == ["BLPOP"] * receiver.most_single


def test_a_redis_that_has_moved_away_is_found_out_by_counting():
    receiver, backlog = far(0.0002), entries(500)
    receiver.client.round_trip = 0.05
    receiver.client.push(*backlog)
    assert until_taken(receiver, 500) < 30 * 0.05
    assert receiver.delivery.taken == backlog


def test_the_time_of_a_delivery_is_not_taken_for_the_time_of_a_wait():
    receiver, backlog = far(0.0002), entries(500)
    take = receiver.delivery.take

    def slowly(entries):
        take(entries)
        receiver.clock.rightNow += 0.003
    receiver.delivery.take = slowly
    receiver.client.push(*backlog)
    assert until_taken(receiver, 500)
    assert receiver.client.sent.count("BLPOP") < 10


@pytest.mark.parametrize("jump", [-3600, 0, 3600])
def test_what_has_expired_is_told_by_redis_clock_whatever_happens_to_ours(
        receiver, monkeypatch, jump):
    now = time.time()
    receiver.client.drained([b"5000.0", [], 0])
    monkeypatch.setattr(time, "time", lambda: now + jump)
    receiver.clock.advance(10)
    for expires in (5009, 5011):
        receiver.client.waits[-1]([b"list", bundle.pack(expires, b"%d" % expires, ["a"])])
    assert [bundle.unpack(each).payload for each in receiver.delivery.taken] == [b"5011"]


def test_after_a_reconnect_there_is_one_wait_and_not_two(receiver, log):
    receiver.client.waits[-1](ResponseError("ERR what"))
    del receiver.client.waits[:]
    receiver.begin()
    receiver.clock.advance(receiver.error_seconds + 1)
    assert len(receiver.client.waits) == 1


def test_while_there_is_enough_to_do_the_rest_stays_in_redis(receiver):
    first, *rest = entries(3)
    receiver.client.drained([b"0", [], 0])
    receiver.delivery.waiting = Deferred()
    receiver.client.waits.pop()([b"list", first])
    assert receiver.delivery.taken == [first] and not receiver.client.waits
    receiver.delivery.end_work()
    receiver.client.drained([b"0", rest, 2])
    assert receiver.delivery.taken == [first] + rest and len(receiver.client.waits) == 1


def test_what_was_held_before_a_reconnect_does_not_wait_twice_after_it(receiver):
    receiver.delivery.waiting = Deferred()
    receiver.client.waits.pop()([b"list", entries(1)[0]])
    receiver.begin()
    receiver.delivery.end_work()
    assert len(receiver.client.waits) == 1


def test_an_error_is_logged_and_the_wait_begins_again(receiver, log):
    receiver.client.waits[-1](ResponseError("ERR what"))
    assert "Can't wait for Redis: ERR what" in log.text
    receiver.clock.advance(receiver.error_seconds)
    assert len(receiver.client.waits) == 2


def test_the_clock_is_one_that_nobody_sets(monkeypatch):
    class Reactor:
        callLater = None
    before = steady.Clock(Reactor).seconds()
    monkeypatch.setattr(time, "time", lambda: 0)
    assert 0 <= steady.Clock(Reactor).seconds() - before < 3600
