"""
Nobody floods the others.
"""
import pytest

from primer import limits

from .frames import code_of

pytestmark = [pytest.mark.django_db(transaction=True),
              pytest.mark.usefixtures("no_time_passes", "large_channels")]

SAYINGS = [
    ("/echo/", "x", 10), ("/primer/news/", {"news": "x"}, 10),
    ("/primer/work/", {"primes_below": 2}, 5), ("/primer/later/", {"text": "x", "seconds": 1}, 5)]


def say(socket, content, times):
    """Says it; returns how often that was accepted, and the error frames."""
    frames = []
    for _ in range(times):
        socket.say(content)
        frames += socket.frames()
    errors = [frame for frame in frames if isinstance(frame, dict) and "error" in frame]
    return len(frames) - len(errors), errors


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_a_stranger_may_say_so_much_on_a_socket(path, content, most, friend):
    count, (error,) = say(friend(path), content, most + 1)
    assert count == most
    assert (error["error"]["code"], error["error"]["retry_after"]) == ("rate_limited", 10)
    assert say(friend(path), content, 1)[0] == 1


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_a_user_may_say_so_much_on_all_sockets_together(path, content, most, friend, alice):
    assert say(friend(path, alice), content, most)[0] == most
    socket = friend(path, alice)
    socket.say(content)
    assert code_of(socket.frames()) == "rate_limited"


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_one_may_go_on_afterwards(path, content, most, friend, monkeypatch):
    socket = friend(path)
    say(socket, content, most + 1)
    monkeypatch.setattr("workshop.limits.time", lambda: 1010.0)
    assert say(socket, content, 1)[0] == 1


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_all_strangers_together_may_say_so_much(path, content, most, friend, alice):
    for _ in range(60 // most):
        socket = friend(path)
        assert say(socket, content, most)[0] == most
        socket.disconnect()
    socket = friend(path)
    socket.say(content)
    assert code_of(socket.frames()) == "rate_limited"
    assert say(friend(path, alice), content, 1)[0] == 1


def test_what_a_stranger_says_in_vain_does_not_count_against_the_others(friend):
    socket = friend("/echo/")
    say(socket, "x", 10 + limits.STRANGERS["echo"])
    assert say(friend("/echo/"), "x", 1)[0] == 1
