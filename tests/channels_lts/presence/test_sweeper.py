"""
When presence is swept.
"""
import pytest
from redis.exceptions import ConnectionError

from channels_lts.presence import announcing, sweeper
from channels_lts.presence.sweeper import Ticker

TURN, PAUSE = 1, 10


class Over(BaseException):
    """Ends the loop of a ticker."""


class Waits:
    """What a ticker waits for, and for how long: nobody has to wait for it."""

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
    monkeypatch.setattr(sweeper, "stirred", waits)
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
            Ticker().run()
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

        def join(self, scopes, user, socket):
            return []

        def sweep(self):
            return [], []
    monkeypatch.setattr(announcing, "store", Store)
    announcing.stirred.clear()
    assert announcing.sweep() is True
    assert not announcing.stirred.is_set()

    class ReplyChannel:
        name = "daphne.response.a!one"
    announcing.enter(ReplyChannel, 7, ["room"])
    assert announcing.stirred.is_set()
