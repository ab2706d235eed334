"""
What is stored of a socket, and what a socket knows of its user.
"""
import json

import pytest
from channels import route
from channels.sessions import session_for_reply_channel
from channels.test.base import apply_routes
from django.core.cache import cache

from channels_lts import auth, crypto, sessions
from tests.support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


def stored(socket):
    return cache.get("channels_lts.socket:%s" % socket.reply_channel)


def test_the_cache_holds_json_and_no_session_key(alice, browser, socket_of):
    client = browser(alice)
    text = json.dumps(stored(socket_of(client)))
    assert "192.0.2.1" in text and client.session.session_key not in text


def test_groups_are_named_without_the_session_key(
        alice, browser, socket_of, channel_layer, monkeypatch):
    client, joined = browser(alice), []
    monkeypatch.setattr(channel_layer.channel_layer, "group_add",
                        lambda group, channel: joined.append(group))
    socket_of(client)
    assert len([name for name in joined if name.startswith("auth.")]) == 2
    assert client.session.session_key not in " ".join(joined)


def test_another_secret_key_makes_an_old_socket_anonymous(alice, browser, socket_of, settings):
    socket = socket_of(browser(alice), "/primer/visitor/")
    assert socket.frame()["user"] == "alice"
    settings.SECRET_KEY = "another"
    socket.say({"action": "who"})
    assert socket.frame() == {"user": None, "session": False}


@pytest.mark.parametrize("token", ["", "no token", "\x80", "gAAAAA=="])
def test_what_is_no_token_is_decrypted_to_nothing(token):
    assert crypto.decrypt("sessions", token) is None


def test_a_token_is_for_one_purpose():
    assert crypto.decrypt("another", crypto.encrypt("sessions", "x")) is None


class Handshake:
    def __init__(self, headers):
        self.content = {"headers": headers}


@pytest.mark.parametrize("headers, key", [
    ([(b"cookie", b"a=1; sessionid=abcdefgh12345678")], "abcdefgh12345678"),
    ([(b"cookie", b"a=1"), (b"cookie", b"sessionid=abcdefgh12345678")], "abcdefgh12345678"),
    ({"cookie": b"sessionid=abcdefgh12345678"}, "abcdefgh12345678"),  # channels' WSClient
    ([(b"cookie", b"sessionid=abcdefgh\x0012345678")], None),
    ([(b"cookie", b"sessionid=abcdefgh12345678\n")], "abcdefgh12345678"),  # cookies are stripped
    ([(b"cookie", b"sessionid=\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc")], None),
    ([(b"cookie", b"sessionid=" + b"a" * 41)], None),
    ([], None),
])
def test_a_session_key_is_found_in_the_cookies(headers, key):
    assert sessions.session_key_from(Handshake(headers)) == key


# channels' own decorators, imported from here

@auth.channel_session_user_from_http
def old_connect(message):
    message.channel_session["count"] = 0
    message.reply_channel.send({"accept": True})


@auth.channel_session_user
def old_receive(message):
    message.channel_session["count"] += 1
    message.reply_channel.send({"text": "%s %d" % (
        message.user.get_username() or "nobody", message.channel_session["count"])})


@auth.channel_session_user
def old_disconnect(message):
    message.channel_session["gone"] = message.user.get_username()


@auth.http_session_user
def plain_connect(message):
    message.reply_channel.send({"accept": True, "text": message.user.get_username()})


@pytest.fixture
def old_project():
    with apply_routes([
            route("websocket.connect", plain_connect, path="^/plain/$"),
            route("websocket.connect", old_connect), route("websocket.receive", old_receive),
            route("websocket.disconnect", old_disconnect)]):
        yield


def test_consumers_with_channels_own_decorators_are_tied_too(
        old_project, alice, browser, socket_of):
    client = browser(alice)
    socket, plain = socket_of(client, "/"), socket_of(client, "/plain/")
    assert plain.frame() == "alice"
    socket.say("x")
    assert socket.frame() == "alice 1"
    client.logout()
    socket.say("x")
    assert socket.frames() == ["nobody 2"]
    assert socket.close_code() == plain.close_code() == auth.SESSION_ENDED
    socket.disconnect()
    assert session_for_reply_channel(socket.reply_channel)["gone"] == ""
    assert stored(socket) is None


def test_a_disconnect_still_knows_its_user(old_project, alice, browser):
    socket = Socket("/", session_key=browser(alice).session.session_key).connect()
    socket.disconnect()
    assert session_for_reply_channel(socket.reply_channel)["gone"] == "alice"
