"""
Members of groups whose sockets have closed without a word.
"""
import pytest

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import group_sweeper, keys

LISTED, UNLISTED = "daphne.response.listed!", "daphne.response.unlisted!"


@pytest.fixture
def join(layer):
    """Makes a channel join a group, as of this many seconds ago."""
    seconds, _ = layer.connection(0).time()

    def join(name, ago=600, group="g"):
        layer.connection(0).execute_command("ZADD", layer._group_key(group), seconds - ago, name)
    return join


@pytest.fixture
def sweep(layer):
    """Says which sockets are open, and sweeps."""
    def sweep(*open_ones):
        layer.connection(0).set(
            keys.open_sockets(layer.prefix, LISTED), "\n".join(("7",) + open_ones))
        for _ in range(2):  # the first begins
            capabilities_of(layer).sweep()
    return sweep


def test_who_is_not_open_is_taken_out(layer, join, sweep):
    for name in ("here", "gone"):
        join(LISTED + name)
    sweep("here")
    assert layer.group_channels("g") == [LISTED + "here"]


def test_who_may_have_opened_after_the_list_was_made_stays(layer, join, sweep):
    join(LISTED + "young", ago=group_sweeper.OLD - 10)
    sweep()
    assert layer.group_channels("g") == [LISTED + "young"]


def test_of_whom_there_is_no_list_stays(layer, join, sweep):
    join(UNLISTED + "a")
    join("jobs")
    sweep()
    assert set(layer.group_channels("g")) == {UNLISTED + "a", "jobs"}


def test_every_group_is_swept_in_small_steps(layer, join, sweep, monkeypatch):
    monkeypatch.setattr(group_sweeper, "BATCH", 2)
    for group in ("g", "h"):
        for number in range(5):
            join("%s%s%d" % (LISTED, "here" if number % 2 else "gone", number), 600 - number, group)
    sweep("here1", "here3")
    for group in ("g", "h"):
        assert set(layer.group_channels(group)) == {LISTED + "here1", LISTED + "here3"}


def test_one_process_sweeps_and_the_others_do_not(layer, new_layer, join, sweep):
    sweep()
    join(LISTED + "gone")
    for _ in range(2):
        capabilities_of(new_layer()).sweep()
    assert layer.group_channels("g") == [LISTED + "gone"]


def test_a_sweep_that_takes_long_goes_on_another_time(layer, join, sweep, monkeypatch):
    monkeypatch.setattr(layer.group_sweeper, "turn_seconds", -1)
    for group in ("g", "h", "i"):
        join(LISTED + "gone", group=group)
    sweep()
    left = [group for group in "ghi" if layer.group_channels(group)]
    assert len(left) == 2
    for _ in range(3):
        capabilities_of(layer).sweep()
    assert not any(layer.group_channels(group) for group in "ghi")
