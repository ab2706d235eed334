"""
The examples that answer their own socket, or echo to all.
"""
import pytest
from channels.generic.websockets import JsonWebsocketConsumer
from django.contrib.sessions.models import Session

from primer import demultiplexers
from primer.consumers import own

from ..support.sockets import Socket
from .frames import code_of

pytestmark = pytest.mark.django_db(transaction=True)


# Three functions and a group

def test_what_a_friend_says_reaches_all_of_them(friend):
    first, second = friend("/echo/"), friend("/echo/")
    first.say("hello")
    assert first.frames() == second.frames() == ["hello"]


def test_who_has_left_hears_nothing(friend):
    first, second = friend("/echo/"), friend("/echo/")
    second.disconnect()
    first.say("hello")
    assert second.frames() == []


@pytest.mark.parametrize("path", ["/echo/", "/primer/ordered/"])
@pytest.mark.parametrize("text, code", [("", "empty"), ("x" * 513, "too_large")])
def test_a_text_that_is_refused_is_told_to_its_sender_only(path, text, code, friend):
    first, second = friend(path), friend(path)
    first.say(text)
    assert code_of(first.frames()) == code
    assert second.frames() == []


@pytest.mark.parametrize("path", ["/echo/", "/primer/ordered/"])
def test_bytes_are_no_text(path, friend):
    socket = friend(path)
    socket.deliver("websocket.receive", bytes=b"x")
    assert code_of(socket.frames()) == "not_text"


def test_the_longest_text_is_taken(friend):
    socket = friend("/echo/")
    socket.say("x" * 512)
    assert socket.frames() == ["x" * 512]


# A class

def test_the_class_echoes_text_and_bytes(friend):
    socket, other = friend("/primer/class/"), friend("/primer/class/")
    socket.say("hello")
    assert socket.frames() == ["hello"]
    socket.deliver("websocket.receive", bytes=b"\x00\xff")
    assert socket.next() == {"bytes": b"\x00\xff"}
    assert other.frames() == []


def test_the_class_knows_who_speaks(friend, alice, monkeypatch):
    heard = []
    monkeypatch.setattr(own.MyConsumer, "receive", lambda self, **kwargs: heard.append(
        self.message.user.get_username()))
    for user in (alice, None):
        friend("/primer/class/", user).say("hello")
    assert heard == ["alice", ""]


@pytest.mark.parametrize("content, code", [
    ({"text": ""}, "empty"), ({"bytes": b""}, "empty"), ({}, "empty"),
    ({"text": "x" * 8193}, "too_large"), ({"bytes": b"x" * 8193}, "too_large")])
def test_the_class_refuses_what_is_empty_or_too_large(content, code, friend):
    socket = friend("/primer/class/")
    socket.deliver("websocket.receive", **content)
    assert code_of(socket.frames()) == code


# Streams

def test_each_stream_answers_in_its_name(friend):
    socket = Socket("/primer/streams/").connect()
    assert socket.frames() == [{"stream": "echo", "payload": {"status": "I just connected!"}}]
    socket.say({"stream": "echo", "payload": {"any": ["thing", None]}})
    socket.say({"stream": "other", "payload": {"text": "abc"}})
    assert socket.frames() == [
        {"stream": "echo", "payload": {"original_message": {"any": ["thing", None]}}},
        {"stream": "other", "payload": {"reversed": "cba"}}]


@pytest.mark.parametrize("content, code", [
    ("{", "bad_json"), ("[]", "bad_frame"), ({"stream": "echo", "payload": 1}, "bad_frame"),
    ({"stream": "x", "payload": {}}, "unknown_stream"),
    ({"stream": "other", "payload": {}}, "not_text"),
    ({"stream": "other", "payload": {"text": ["abc"]}}, "not_text"),
    ({"stream": "other", "payload": {"text": " "}}, "empty"),
    ({"stream": "other", "payload": {"text": "x" * 513}}, "too_long"),
    ('{"stream": "echo", "payload": {"a": 1e999}}', "bad_json"),
    ('{"stream": "echo", "payload": {"a": %s}}' % ("[" * 900 + "]" * 900), "bad_json"),
    ('"%s"' % ("x" * 65535), "too_large")])
def test_a_stream_answers_mistakes(content, code, friend):
    socket = friend("/primer/streams/")
    socket.say(content)
    assert code_of(socket.frames()) == code


def test_no_class_is_changed_by_a_frame(friend):
    before = dict(vars(demultiplexers.EchoConsumer)), dict(vars(JsonWebsocketConsumer))
    socket = friend("/primer/streams/")
    socket.say({"stream": "echo", "payload": {}})
    socket.disconnect()
    assert before == (
        dict(vars(demultiplexers.EchoConsumer)), dict(vars(JsonWebsocketConsumer)))


def test_each_stream_hears_of_the_end(friend, caplog):
    caplog.set_level("DEBUG", logger="primer")
    friend("/primer/streams/").disconnect()
    assert [record.getMessage() for record in caplog.records] == ["Stream echo is closed"]


# Who is there

def test_an_anonymous_visitor_has_no_name(friend):
    socket = Socket("/primer/visitor/").connect()
    assert socket.frames() == [{"user": None, "session": False}]


def test_a_user_is_known_until_the_logout(client, alice, open_socket):
    client.force_login(alice)
    socket = open_socket("/primer/visitor/")
    assert socket.frames() == [{"user": "alice", "session": True}]
    client.logout()
    socket.say({"action": "who"})
    assert socket.frames() == [{"user": None, "session": False}]


def test_a_session_without_a_user_is_told_of(client, open_socket):
    session = client.session
    session["something"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert open_socket("/primer/visitor/").frames() == [{"user": None, "session": True}]


def test_a_session_key_in_the_address_is_not_taken(client, alice):
    client.force_login(alice)
    query = "session_key=%s" % client.session.session_key
    assert Socket("/primer/visitor/", query=query).connect().frames() == [
        {"user": None, "session": False}]


@pytest.mark.parametrize("content, code", [
    ("{", "bad_json"), ("[]", "bad_frame"), ({}, "unknown_action"),
    ({"action": "who", "x": 1}, "unknown_action"), ('"%s"' % ("x" * 8192), "too_large")])
def test_there_is_one_question(content, code, friend):
    socket = friend("/primer/visitor/")
    socket.say(content)
    assert code_of(socket.frames()) == code


# Nothing is left behind

@pytest.mark.parametrize("path", [
    "/echo/", "/primer/class/", "/primer/streams/", "/primer/values/", "/primer/visitor/",
    "/primer/ordered/", "/primer/work/", "/primer/later/", "/primer/news/"])
def test_no_session_row_is_left_by_a_socket(path, friend, alice):
    for user in (None, alice):
        socket = friend(path, user)
        rows = Session.objects.filter(session_key__startswith="chn")
        assert rows.count() == (1 if "ordered" in path else 0)
        socket.say("x")
        socket.disconnect()
        assert rows.count() == 0
