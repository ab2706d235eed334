"""
Frames in order: those that come too early are put aside. And how one failure ends everything.
"""
from contextlib import nullcontext

import pytest
from channels import route
from channels.exceptions import DenyConnection
from channels.sessions import enforce_ordering, wait_channel_name
from channels.test.base import apply_routes
from django.contrib.sessions.models import Session

from ..support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/primer/ordered/"


class Shuffled(Socket):
    """A socket whose messages reach the workers in an order of their own."""

    def arrive(self, channel, order, **content):
        self.send(channel, dict(content, path=self.path, order=order))
        self.consume(channel)

    def settle(self):
        """Handles what has been put back on its channel."""
        for channel in ("websocket.receive", "websocket.disconnect"):
            while self.channel_layer._channels.get(channel):
                self.consume(channel)


@pytest.fixture
def socket():
    return Shuffled(PATH).connect()


def test_frames_are_answered_in_their_order(socket):
    for order, text in [(2, "two"), (3, "three"), (1, "one")]:
        socket.arrive("websocket.receive", order, text=text)
    socket.settle()
    assert socket.frames() == [{"order": 1, "text": "one"}, {"order": 2, "text": "two"},
                               {"order": 3, "text": "three"}]


def test_an_end_that_comes_too_early_waits_and_then_removes_the_session(socket):
    socket.arrive("websocket.disconnect", 2, code=1000)
    assert Session.objects.count() == 1
    socket.arrive("websocket.receive", 1, text="one")
    socket.settle()
    assert socket.frames() == [{"order": 1, "text": "one"}]
    assert Session.objects.count() == 0


def test_a_refused_handshake_leaves_no_session_whatever_comes_first():
    for channels in (["connect", "disconnect"], ["disconnect", "connect"]):
        socket = Shuffled(PATH, origin="http://evil.example")
        for channel in channels:
            arguments = socket.handshake if channel == "connect" else {"code": 1006}
            with pytest.raises(DenyConnection) if channel == "connect" else nullcontext():
                socket.arrive("websocket." + channel, int(channel != "connect"), **arguments)
        assert Session.objects.count() == 0


def test_an_end_may_come_before_its_beginning():
    socket = Shuffled(PATH)
    socket.arrive("websocket.disconnect", 1, code=1006)
    socket.arrive("websocket.connect", 0, **socket.handshake)
    socket.settle()
    assert Session.objects.count() == 0


def test_a_refused_frame_does_not_hold_up_the_next(socket):
    socket.say("x" * 513)
    socket.say("two")
    assert [frame.get("order") for frame in socket.frames()] == [None, 2]


@pytest.mark.parametrize("content, code", [
    ({"text": "x" * 100000}, "too_large"), ({"bytes": b"x" * 100000}, "not_text")])
def test_what_is_put_aside_to_be_refused_is_small(content, code, socket):
    socket.arrive("websocket.receive", 2, **content)
    waiting, = socket.channel_layer._channels[wait_channel_name(socket.reply_channel)]
    assert len(repr(waiting)) < 1000
    socket.arrive("websocket.receive", 1, text="one")
    socket.settle()
    first, second = socket.frames()
    assert (first, second["error"]["code"]) == ({"order": 1, "text": "one"}, code)


@pytest.mark.parametrize("text", ["one", "x" * 513])
def test_an_answer_has_left_before_the_next_frame_has_its_turn(text, socket, monkeypatch):
    left = []
    monkeypatch.setattr("channels.sessions.requeue_messages",
                        lambda message: left.extend(socket.frames()))
    socket.say(text)
    assert len(left) == 1


def test_a_consumer_that_raises_wedges_its_socket_for_ever():
    """Known problem 15: why the consumers here must not raise."""
    heard = []

    @enforce_ordering
    def fragile(message):
        heard.append(message["text"])
        if message["text"] == "bad":
            raise ValueError
    with apply_routes([route("websocket.receive", fragile)]):
        socket = Shuffled("/")
        with pytest.raises(ValueError):
            socket.arrive("websocket.receive", 0, text="bad")
        for order in (1, 2):
            socket.arrive("websocket.receive", order, text="good")
    assert heard == ["bad"]
