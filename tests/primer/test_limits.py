"""
Nobody floods the others.
"""
import pytest
from django.core.cache import cache
from django.db import OperationalError

from primer import limits, news
from primer.models import IntegerValue

pytestmark = [pytest.mark.django_db(transaction=True),
              pytest.mark.usefixtures("no_time_passes", "large_channels")]

VALUES = "/primer/values/"
SAYINGS = [
    ("/echo/", "x", 10), ("/primer/news/", {"news": "x"}, 10),
    ("/primer/work/", {"primes_below": 2}, 5), ("/primer/later/", {"text": "x", "seconds": 1}, 5),
    # Of no row, so that there is nothing but the answer.
    (VALUES, {"stream": "intval", "payload": {"action": "delete", "pk": 1, "request_id": 7}}, 20)]


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True


def error_in(frame):
    """What a frame says about a limit, or None."""
    if isinstance(frame, dict):
        frame = frame.get("error") or frame.get("payload") or {}
        return frame if frame.get("code") == "rate_limited" else None


def say(socket, content, times):
    """Sends it; returns how often that was accepted, and the other answers."""
    frames = []
    for _ in range(times):
        socket.say(content)
        frames += socket.frames()
    errors = list(filter(None, map(error_in, frames)))
    return len(frames) - len(errors), errors


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_an_anonymous_visitor_may_say_so_much_on_a_socket(path, content, most, friend):
    count, (error,) = say(friend(path), content, most + 1)
    assert count == most
    assert error["retry_after"] == 10
    assert say(friend(path), content, 1)[0] == 1


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_a_user_may_say_so_much_on_all_sockets_together(path, content, most, friend, alice):
    assert say(friend(path, alice), content, most)[0] == most
    assert say(friend(path, alice), content, 1)[0] == 0


def test_who_one_is_is_asked_so_often(friend, alice):
    for user in (None, alice):
        path, most = "/primer/visitor/", limits.LIMITS["visitor"].user
        count, errors = say(friend(path, user), {"action": "who"}, most + 1)
        assert (count, len(errors)) == (most, 1)


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_one_may_go_on_afterwards(path, content, most, friend, monkeypatch):
    socket = friend(path)
    say(socket, content, most + 1)
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1010.0)
    assert say(socket, content, 1)[0] == 1


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_anonymous_visitors_at_one_address_may_say_so_much_and_leave_something_to_others(
        path, content, most, friend, alice):
    assert 2 * most < limits.ANONYMOUS[path.split("/")[-2]]
    for _ in range(2):
        assert say(friend(path), content, most)[0] == most
    assert say(friend(path), content, 1)[0] == 0
    assert say(friend(path, address="192.0.2.2"), content, 1)[0] == 1
    assert say(friend(path, alice), content, 1)[0] == 1


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_all_anonymous_visitors_together_may_say_so_much(path, content, most, friend, alice):
    for number in range(60 // most):
        socket = friend(path, address="192.0.2.%d" % number)
        assert say(socket, content, most)[0] == most
        socket.disconnect()
    socket = friend(path, address="192.0.2.200")
    count, (error,) = say(socket, content, 1)
    assert (count, error["retry_after"]) == (0, 10)
    assert say(friend(path, alice), content, 1)[0] == 1


def test_what_an_anonymous_visitor_says_in_vain_does_not_count_against_the_others(friend):
    socket = friend("/echo/")
    count, refusals = say(socket, "x", 10 + limits.ANONYMOUS["echo"])
    assert (count, len(refusals)) == (10, limits.ANONYMOUS["echo"])
    assert say(friend("/echo/"), "x", 1)[0] == 1
    assert say(friend("/echo/", address="192.0.2.2"), "x", 1)[0] == 1


def test_anonymous_visitors_of_one_network_are_one_address(friend):
    for number in range(2):
        assert say(friend("/echo/", address="2001:db8::%d" % number), "x", 10)[0] == 10
    assert say(friend("/echo/", address="2001:db8::1:2:3:4"), "x", 1)[0] == 0
    assert say(friend("/echo/", address="2001:db8:0:1::1"), "x", 1)[0] == 1


def test_an_address_is_forgotten_with_its_socket(friend):
    socket = friend("/echo/")
    key = "channels_lts.socket:%s" % socket.reply_channel
    assert cache.get(key)["address"] == "192.0.2.1"
    socket.disconnect()
    assert cache.get(key) is None


# The question whether anybody is there: an empty frame

@pytest.mark.parametrize("path", [path for path, _content, _most in SAYINGS] + [
    "/primer/class/", "/primer/streams/", "/primer/visitor/", "/primer/ordered/"])
def test_an_empty_text_is_answered_to_who_sent_it_and_to_nobody_else(path, friend):
    first, second = friend(path), friend(path)
    first.say("")
    frame, = first.frames()
    assert frame["error"]["code"] in ("empty", "bad_json")
    assert second.frames() == []


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_an_empty_text_takes_nothing_of_what_one_may_say(path, content, most, friend):
    socket = friend(path)
    for _ in range(most):
        socket.say("")
    assert not list(filter(None, map(error_in, socket.frames())))
    assert say(socket, content, 1)[0] == 1


# A server that is away

def away(*args):
    raise OperationalError("unable to open database file")


@pytest.mark.parametrize("path, content, most", SAYINGS)
def test_what_cannot_be_done_now_is_answered_so(path, content, most, friend, monkeypatch):
    socket = friend(path)
    monkeypatch.setattr(limits, "count", away)
    socket.say(content)
    frame, = socket.frames()
    error = frame.get("error") or frame["payload"]
    assert (error["code"], error["retry_after"]) == ("unavailable", 5)


def test_what_counts_but_cannot_be_done_now_is_answered_so(friend, monkeypatch):
    socket = friend("/primer/news/")
    monkeypatch.setattr(news, "take_number", away)
    socket.say({"news": "x"})
    assert [frame["error"]["code"] for frame in socket.frames()] == ["unavailable"]


# Values

def test_what_is_too_often_changes_no_value(friend):
    value = IntegerValue.objects.create(name="apples")
    socket = friend(VALUES)
    for number in range(1, 22):
        socket.say({"stream": "intval", "payload": {
            "action": "update", "pk": value.pk, "data": {"value": number}, "request_id": number}})
    payload = socket.frames()[-1]["payload"]
    assert (payload["action"], payload["code"], payload["request_id"]) == (
        "error", "rate_limited", 21)
    value.refresh_from_db()
    assert value.value == 20


def test_the_newest_numbers_of_a_stream_are_always_told(friend):
    socket = friend(VALUES)
    delete = {"stream": "intval", "payload": {"action": "delete", "pk": 1, "request_id": 7}}
    count, refusals = say(socket, delete, 21)
    assert (count, len(refusals)) == (20, 1)
    socket.say({"stream": "intval", "payload": {"action": "sync"}})
    assert socket.frame()["payload"]["action"] == "sync"
