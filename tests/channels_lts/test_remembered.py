"""
Repeated refusals of a socket.
"""
from types import SimpleNamespace

import pytest

from channels_lts import ratelimit
from channels_lts.ratelimit import Limit, RateLimited, Refused, remembered

BOB = SimpleNamespace(is_authenticated=True, pk=7)


@pytest.fixture
def clock(monkeypatch):
    def turn_to(seconds):
        monkeypatch.setattr(ratelimit, "time", lambda: seconds)
    turn_to(1000.5)
    monkeypatch.setattr(ratelimit, "refused", Refused())
    return turn_to


def message(socket="daphne!a"):
    return SimpleNamespace(reply_channel=SimpleNamespace(name=socket))


def ask(what="who", asked_by=message(), most=2):
    """1 if the code before the count was run, 0 if not; and the result."""
    done = []
    try:
        with remembered(what, asked_by):
            done.append(1)
            ratelimit.hit(what, Limit(most, most, 10), BOB)
    except RateLimited as error:
        return len(done), error.retry_after
    return len(done), None


def test_what_was_refused_is_refused_without_a_look_until_its_seconds_are_over(clock):
    assert [ask() for _ in range(5)] == [(1, None), (1, None), (1, 10), (0, 10), (0, 10)]
    clock(1009.5)
    assert ask() == (0, 1)
    clock(1010.5)
    assert ask() == (1, None)


def test_another_socket_and_another_thing_are_looked_at(clock):
    for _ in range(3):
        ask()
    assert ask() == (0, 10)
    assert ask(asked_by=message("daphne!b")) == (1, 10)
    assert ask(what="after") == (1, None)


def test_a_mistake_is_no_refusal(clock):
    for _ in range(2):
        with pytest.raises(ValueError), remembered("who", message()):
            raise ValueError
    assert ask() == (1, None)


def test_of_too_many_refusals_the_oldest_is_forgotten(clock, monkeypatch):
    monkeypatch.setattr(Refused, "most", 2)
    for socket in "abc":
        ask(asked_by=message(socket), most=0)
    assert [ask(asked_by=message(socket), most=0)[0] for socket in "cba"] == [0, 0, 1]
