"""
Private messages and mentions, on whatever page somebody is.
"""
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.mentions import MOST, names_in
from display.models import find_users

from ..support.sockets import Socket
from .conftest import session_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/users/", "/updates/", "/ws/chat/", "/ws/notices/")


def elsewhere(user, path="/ws/notices/"):
    socket = Socket(path, session_key=session_of(user)).connect()
    socket.frames()
    return socket


def notices(socket):
    return [frame["notice"] for frame in socket.frames() if "notice" in frame]


def say(socket, text, **more):
    socket.say(json.dumps(dict(more, message=text)))
    return socket.frames()


@pytest.mark.parametrize("path", PAGES)
def test_a_mention_is_told_on_every_page(window, alice, bob, path):
    his = elsewhere(bob, path)
    say(window(alice), "hello @Bob!")
    notice, = notices(his)
    assert notice.pop("timestamp")
    assert notice == {"kind": "mention", "user": "alice", "id": "1", "message": "hello @Bob!",
                      "room": "Lobby", "url": "/chat/Lobby/"}


def test_a_mention_is_told_in_every_room(window, alice, bob):
    his = window(bob)
    say(window(alice), "@bob")
    his.frames()
    assert [notice["kind"] for notice in his.notices] == ["mention"]


def test_only_who_is_named_is_told(window, alice, bob, account):
    hers, mine = elsewhere(account("carol")), elsewhere(alice)
    say(window(alice), "@bob @alice @nobody x@carol bob@carol")
    assert (notices(hers), notices(mine)) == ([], [])


def test_a_name_finds_one_active_account_in_whatever_form(bob, account):
    account("gone", is_active=False)
    assert list(find_users(["gone", "bob", "Bob", "\uff22ob", "nobody"])) == [bob]


def test_a_message_tells_only_so_many(window, alice, account):
    sockets = [elsewhere(account("u%d" % number)) for number in range(MOST + 1)]
    say(window(alice), " ".join("@u%d" % number for number in range(MOST + 1)))
    assert [len(notices(socket)) for socket in sockets] == [1] * MOST + [0]


def test_who_may_not_enter_is_not_told(window, alice, bob, monkeypatch):
    monkeypatch.setattr("chat.mentions.may_enter", lambda user, room: user != bob)
    his = elsewhere(bob)
    say(window(alice), "@bob")
    assert notices(his) == []


def test_a_mention_costs_one_query_and_none_where_nobody_is_named(window, alice, bob, account):
    account("carol")
    mine = window(alice)

    def queries(text):
        with CaptureQueriesContext(connection) as found:
            say(mine, text)
        return len(found)
    before = queries("hello")
    assert queries("hello, a@example.com @") == before
    assert queries("hello @bob @carol @nobody") == before + 1


def test_a_private_message_is_told_on_other_pages_too(window, alice, bob):
    his = elsewhere(bob, "/updates/")
    window(bob)
    mine = window(alice)
    say(mine, "/pm bob psst", id="p-1")
    notice, = notices(his)
    assert notice.pop("timestamp")
    assert notice == {"kind": "private", "user": "alice", "id": "p-1", "message": "psst",
                      "room": "Lobby", "url": "/chat/Lobby/"}
    say(mine, "/pm alice psst")
    assert mine.notices == []


def test_a_private_message_that_is_not_delivered_is_not_told(window, alice, bob):
    his = elsewhere(bob)
    answer, = say(window(alice), "/pm bob psst")
    assert answer["code"] == "offline"
    assert notices(his) == []


@pytest.mark.parametrize("text, names", [
    ("@bob", ["bob"]), ("(@bob), @carol: @bob.", ["bob", "carol"]), ("a@b.example", []),
    ("¿@José?", ["José"]), ("“@o.brien+x-y-”", ["o.brien+x-y"]), ("@ @@bob @", []), ("@.bob", []),
])
def test_names_are_found_as_the_page_shows_them(text, names):
    assert names_in(text) == names
