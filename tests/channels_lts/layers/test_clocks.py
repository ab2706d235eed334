"""
Hosts whose clock is wrong, or is set.
"""
import signal
import sys
import time
from types import SimpleNamespace

import pytest

from channels_lts.layers.redis import keys
from channels_lts.security.daphne.clock import SteadySeconds, SteadyTime, steady
from tests.support.waiting import wait_for

from .site import Site


@pytest.fixture
def stepped(monkeypatch):
    """A system clock; calling it sets it forward by this many seconds."""
    real = time.time

    def step(seconds):
        monkeypatch.setattr(time, "time", lambda: real() + seconds)
    return step


@pytest.mark.parametrize("hours", [25, -25])
def test_a_sender_whose_clock_is_wrong_reaches_a_group(layer, stepped, hours):
    layer.group_add("friends", "one?a")
    stepped(hours * 3600)
    layer.group_add("friends", "two?b")
    layer.send_group("friends", {"text": "hello"})
    stepped(0)
    layer.send_group("friends", {"text": "again"})
    assert sorted(layer.group_channels("friends")) == ["one?a", "two?b"]
    for channel in ("one?a", "two?b"):
        assert [layer.receive([channel])[1]["text"] for _ in range(2)] == ["hello", "again"]


def test_members_that_have_been_there_too_long_are_gone_by_the_servers_clock(new_layer):
    layer = new_layer(group_expiry=1)
    layer.group_add("friends", "one?a")
    seconds, _ = layer.connection(0).time()
    layer.connection(0).zadd(layer._group_key("friends"), "old?b", seconds - 2)
    assert layer.group_channels("friends") == ["one?a"]
    layer.send_group("friends", {"text": "hello"})
    assert layer.receive(["old?b"]) == (None, None)


class Timed:
    opened = SteadyTime()


@pytest.mark.parametrize("seconds", [-120, 3600])
def test_how_long_something_has_lasted_does_not_change_with_the_clock(stepped, seconds):
    timed = Timed()
    assert not hasattr(timed, "opened")
    timed.opened = time.time() - 10
    stepped(seconds)
    assert 10 <= time.time() - timed.opened < 15


def test_a_reactor_plans_by_a_clock_that_nobody_sets(stepped):
    reactor = SimpleNamespace(seconds=time.time)
    steady(reactor)
    before = reactor.seconds()
    assert abs(before - time.time()) < 5  # what was scheduled by the other one still happens
    stepped(-120)
    assert before <= reactor.seconds() < before + 5
    steady(reactor)  # the second to call it changes nothing
    assert before <= reactor.seconds() < before + 5
    assert isinstance(reactor.seconds, SteadySeconds)


class SteppedSite(Site):
    command = [sys.executable, "-m", "tests.channels_lts.layers.stepped_daphne"]


def test_a_daphne_whose_clock_is_set_back_goes_on(tmp_path, new_redis):
    site = SteppedSite(tmp_path, new_redis("--save", ""))

    def marks():
        return dict(site.redis.client.zrange(
            keys.beats(site.layer.prefix), 0, -1, withscores=True))
    try:
        site.start()
        before = wait_for(marks, what="a mark")
        site.daphne.send_signal(signal.SIGUSR1)
        wait_for(lambda: min(marks().values()) > max(before.values()) + 3, seconds=20,
                 what="marks of a daphne that goes on")
        assert site.page_status() == 200
    finally:
        site.stop()
