"""
The generic consumers: what a class asks for, it gets from channels_lts.auth.
"""
import pytest
from channels import route_class
from channels.test.base import apply_routes
from django.contrib.sessions.models import Session
from django.core.cache import cache

from channels_lts.frames import FrameError, encode
from channels_lts.generic.websockets import WebsocketConsumer
from tests.support.sockets import Refused, Socket

pytestmark = pytest.mark.django_db(transaction=True)


class Named(WebsocketConsumer):
    max_frame = 5

    def connect(self, message, **kwargs):
        self.tell(message, accept=True)

    def receive(self, text=None, bytes=None, **kwargs):
        if text == "bad":
            raise FrameError("bad_frame", "This is what a bad frame gets.")
        self.tell(self.message)

    def tell(self, message, **others):
        message.reply_channel.send(dict(encode(
            {"user": message.user.get_username() or None,
             "session": bool(message.http_session.keys())}), **others))


class WithUser(Named):
    http_user = True


class WithBoth(Named):
    http_user_and_session = True


class Plain(WebsocketConsumer):
    """Asks for nobody."""

    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text="somebody" if hasattr(self.message, "user") else "nobody")


@pytest.fixture(params=[WithUser, WithBoth])
def routed(request):
    with apply_routes([route_class(request.param, path="^/$")]):
        yield


def test_the_user_is_asked_for_anew_and_leaves_no_row(routed, client, alice, open_socket):
    client.force_login(alice)
    socket = open_socket("/")
    socket.say("who")
    assert socket.frames() == [{"user": "alice", "session": True}] * 2
    client.logout()
    socket.say("who")
    assert socket.frames() == [{"user": None, "session": False}]
    socket.disconnect()
    assert not Session.objects.exists()


def test_a_class_that_asks_for_nobody_knows_nobody(client, alice, open_socket):
    client.force_login(alice)
    with apply_routes([route_class(Plain, path="^/$")]):
        socket = open_socket("/")
        socket.say("who")
    assert socket.frames() == ["nobody"]
    assert cache.get("channels_lts.socket:%s" % socket.reply_channel) is None


@pytest.mark.parametrize("consumer", [Plain, WithUser])
def test_another_origin_is_refused(consumer):
    with apply_routes([route_class(consumer, path="^/$")]):
        with pytest.raises(Refused):
            Socket("/", origin="http://evil.example").connect()


def test_mistakes_are_answered(routed):
    socket = Socket("/").connect()
    socket.frames()
    for text in ("bad", "x" * 6, ""):
        socket.say(text)
    assert [frame["error"]["code"] for frame in socket.frames()] == [
        "bad_frame", "too_large", "empty"]
