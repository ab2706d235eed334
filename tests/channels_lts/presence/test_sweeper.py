"""
When presence is swept.
"""
import pytest
from channels import DEFAULT_CHANNEL_LAYER, Channel, channel_layers, include, route
from redis.exceptions import ConnectionError

from channels_lts import presence
from channels_lts.presence import diffs, sweeper
from channels_lts.presence.route import check_route, require_route
from channels_lts.presence.sweeper import Sweeper
from channels_lts.worker import Worker

from ..worker.loops import make_layer

TURN, PAUSE = 1, 10


class Over(BaseException):
    """Ends the loop of a sweeper."""


class Waits:
    """What a sweeper waits for, and for how long: nobody has to wait for it."""

    def __init__(self):
        self.seconds = []
        self.is_set = False

    def sleep(self, seconds):
        self.seconds.append(("turn", seconds))

    def wait(self, seconds):
        self.seconds.append(("somebody", seconds))

    def clear(self):
        self.is_set = False


@pytest.fixture
def run(monkeypatch, settings):
    settings.CHANNELS_LTS = {"PRESENCE_TURN": TURN, "PRESENCE_LEASE": 2 * PAUSE}
    waits = Waits()
    monkeypatch.setattr(sweeper, "activity", waits)
    monkeypatch.setattr(sweeper, "time", waits)

    def run(*answers):
        answers = iter(answers)

        def sweep():
            answer = next(answers, Over)
            if isinstance(answer, bool):
                return answer
            raise answer
        monkeypatch.setattr(sweeper, "sweep", sweep)
        with pytest.raises(Over):
            Sweeper().run()
        return waits.seconds
    return run


def test_it_sweeps_each_turn_while_somebody_is_here(run):
    assert run(False, False) == [("turn", TURN)] * 3


def test_when_nobody_is_here_it_waits_for_somebody(run):
    assert run(True, True, False) == [
        ("turn", TURN), ("somebody", PAUSE), ("somebody", PAUSE), ("turn", TURN)]


@pytest.mark.parametrize("error", [ConnectionError("refused"), KeyError("what")])
def test_a_sweep_that_failed_is_tried_again_in_the_next_turn(run, error):
    assert run(True, error, True) == [
        ("turn", TURN), ("somebody", PAUSE), ("turn", TURN), ("somebody", PAUSE)]


def test_who_comes_ends_the_wait(monkeypatch):
    class Store:
        is_quiet = True

        def track(self, scopes, user, socket):
            return []

        def sweep(self):
            return [], []
    monkeypatch.setattr(diffs, "store", Store)
    diffs.activity.clear()
    assert diffs.sweep() is True
    assert not diffs.activity.is_set()

    class ReplyChannel:
        name = "daphne.response.a!one"
    diffs.track(ReplyChannel, 7, ["room"])
    assert diffs.activity.is_set()


class Idle(Sweeper):
    """One whose thread has nothing to do."""

    def run(self):
        pass


def worker_with(*routing):
    return Worker(make_layer(*routing), signal_handlers=False)


def test_only_a_project_that_routes_presence_has_the_thread():
    foreign, ours = Idle(), Idle()
    foreign.on_worker_ready(sender=worker_with(route("test.a", print)))
    assert foreign.thread is None
    ours.on_worker_ready(
        sender=worker_with(include("channels_lts.presence.routing.channel_routing")))
    assert ours.thread is not None


@pytest.fixture
def unrouted(settings):
    """A project that uses presence and doesn't route it."""
    before = channel_layers.set(DEFAULT_CHANNEL_LAYER, make_layer(route("test.a", print)))
    settings.CHANNEL_LAYERS = {DEFAULT_CHANNEL_LAYER: {"BACKEND": "", "ROUTING": []}}
    require_route.cache_clear()
    yield
    channel_layers.set(DEFAULT_CHANNEL_LAYER, before)
    require_route.cache_clear()


def test_who_tracks_people_without_the_route_is_told_once_by_name(unrouted, log):
    for number in range(2):
        presence.track(Channel("daphne.response.a!%d" % number), 7, ["room"])
    assert "channels_lts.presence.routing.channel_routing" in log.one("they stay")


def test_who_listens_without_the_route_is_told_by_a_check(unrouted):
    warning, = check_route(None)
    assert warning.id == "channels_lts.W023"
    assert "channels_lts.presence.routing.channel_routing" in warning.hint


def test_who_routes_presence_is_told_nothing(log):
    require_route.cache_clear()
    presence.track(Channel("daphne.response.a!one"), 7, ["room"])
    assert check_route(None) == [] and log.having("they stay") == []
