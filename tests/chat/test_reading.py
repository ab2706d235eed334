"""
How far somebody has read in each room, and that there is something new.
"""
from unittest.mock import Mock

import pytest
from channels import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import history, limits
from chat.models import ReadPosition, Room

from ..support.sockets import Socket
from .conftest import session_of
from .test_pages import data

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(db):
    return Room.objects.create(name="other")


def fill(room, user, count):
    for _ in range(count):
        history.store(room, user, "hello", None)


def read(socket, number):
    socket.say({"action": "read", "number": number})
    return socket.frames()


def of(frame, name):
    """(newest, read up to) of a room, as shown in the list of rooms."""
    assert frame["type"] == "rooms"
    row, = (row for row in frame["rooms"] if row["name"] == name)
    return row["number"], row["read"]


def test_every_window_of_somebody_hears_how_far_they_have_read(window, alice, bob, lobby, other):
    fill(lobby, bob, 3)
    here, elsewhere, others = window(alice), window(alice, room="other"), window(bob)
    here.frames()
    assert read(here, 2) == [{"type": "room_read", "room": "Lobby", "number": 2}]
    assert elsewhere.frames() == [{"type": "room_read", "room": "Lobby", "number": 2}]
    assert others.frames() == []


def test_nobody_reads_backwards_nor_further_than_the_room_goes(window, alice, bob, lobby):
    fill(lobby, bob, 3)
    socket = window(alice)
    assert read(socket, 99)[0]["number"] == 3
    assert read(socket, 1) == read(socket, 3) == []
    assert ReadPosition.objects.get().number == 3


def about_positions(socket, **frame):
    """The statements about positions that a frame causes."""
    with CaptureQueriesContext(connection) as caught:
        socket.say(frame)
    socket.frames()
    return [query["sql"] for query in caught if "readposition" in query["sql"]]


def test_to_read_on_is_one_statement(window, alice, bob, lobby):
    fill(lobby, bob, 3)
    socket = window(alice)
    read(socket, 1)
    statement, = about_positions(socket, action="read", number=2)
    assert statement.startswith("UPDATE")


def test_an_anonymous_visitor_has_no_position(window, lobby):
    frame, = read(window(), 0)
    assert frame["code"] == "forbidden"
    assert not ReadPosition.objects.exists()


@pytest.mark.parametrize("number", [-1, True, "1", None, 2 ** 31])
def test_only_a_number_is_a_position(window, alice, lobby, number):
    frame, = read(window(alice), number)
    assert frame["code"] == "bad_number"


def test_positions_are_told_so_often(window, alice, lobby, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "read", limits.Limit(1, 0, 60))
    socket = window(alice)
    read(socket, 0)
    assert read(socket, 0)[0]["code"] == "rate_limited"


def test_the_room_page_knows_how_far_its_visitor_has_read(window, client, alice, bob, lobby):
    fill(lobby, bob, 3)
    read(window(alice), 2)
    assert data(client.get("/chat/Lobby/"), "chat-data")["read"] is None
    client.force_login(alice)
    assert data(client.get("/chat/Lobby/"), "chat-data")["read"] == 2
    client.force_login(bob)
    assert data(client.get("/chat/Lobby/"), "chat-data")["read"] is None


def test_a_room_lists_the_others_with_what_is_unread_there(window, alice, bob, lobby, other):
    fill(lobby, bob, 3)
    fill(other, bob, 5)
    socket = window(alice)
    read(socket, 2)
    socket.say({"action": "rooms"})
    frame, = socket.frames()
    assert (of(frame, "Lobby"), of(frame, "other")) == ((3, 2), (5, None))


def test_the_list_of_rooms_has_what_is_unread_too(window, alice, bob, lobby, client):
    fill(lobby, bob, 3)
    read(window(alice), 1)
    rooms = Socket("/ws/chat/", session_key=session_of(alice)).connect()
    assert of(rooms.frame(), "Lobby") == (3, 1)
    client.force_login(alice)
    page = data(client.get("/chat/"), "rooms-data")
    assert of(dict(page, type="rooms"), "Lobby") == (3, 1)


def test_the_positions_in_all_rooms_are_one_query(window, alice, lobby, other):
    assert len(about_positions(window(alice), action="rooms")) == 1
    assert about_positions(window(), action="rooms") == []


def test_a_closed_room_is_in_no_list_and_none_of_its_news(window, alice, bob, admin, other):
    socket = window(admin)
    socket.say({"action": "rooms"})
    socket.frames()
    writer = window(bob, room="other")
    other.closed = True
    other.save()
    writer.say({"message": "hello"})
    socket.say({"action": "rooms"})
    frame, = socket.frames()
    assert [row["name"] for row in frame["rooms"]] == ["Lobby"]


# News

def test_who_has_asked_for_the_rooms_hears_that_there_is_something_new(
        window, alice, bob, other):
    asker, silent, guest, writer = (
        window(alice), window(alice), window(), window(bob, room="other"))
    for socket in (asker, guest):
        socket.say({"action": "rooms"})
    for socket in (asker, silent, guest):
        socket.frames()
    writer.say({"message": "hello"})
    assert asker.frames() == [{"type": "room_news", "room": "other", "number": 1}]
    assert silent.frames() == guest.frames() == []


def test_a_socket_that_has_gone_gets_no_news(window, alice, bob, other, news):
    page = window(alice)
    page.say({"action": "rooms"})
    rooms = Socket("/ws/chat/", session_key=session_of(alice)).connect()
    writer = window(bob, room="other")
    for socket in (page, rooms):
        socket.frames()
        socket.disconnect()
    writer.say({"message": "hello"})
    assert page.frames() == rooms.frames() == []


def test_a_busy_room_is_news_once_in_a_while(window, alice, bob, lobby, other, news):
    rooms = Socket("/ws/chat/", session_key=session_of(alice)).connect()
    here, there = window(bob), window(bob, room="other")
    rooms.frames()

    def heard():
        return [(frame["room"], frame["number"]) for frame in rooms.frames()
                if frame["type"] == "room_news"]
    for socket in (here, here, there, here):
        socket.say({"message": "hello"})
    assert heard() == [("Lobby", 1), ("other", 1)]
    timer, = news.timers
    news.now = news.seconds - 1
    timer()
    assert heard() == [("Lobby", 3)]  # nobody speaks any more: it is told nevertheless
    here.say({"message": "hello"})
    assert heard() == []
    news.now += news.seconds
    here.say({"message": "hello"})
    assert heard() == [("Lobby", 5)]
    for timer in news.timers:
        timer()
    assert heard() == []  # all has been told


def test_the_newest_message_is_told_though_another_thread_comes_late(alice, lobby, news):
    rooms = Socket("/ws/chat/", session_key=session_of(alice)).connect()
    rooms.frames()
    for now, number in ((0, 6), (4, 8), (news.seconds, 7)):
        news.now = now
        news.tell(lobby, number)
    assert [frame["number"] for frame in rooms.frames()] == [6, 8]


def test_what_is_new_may_fail_to_be_told(window, alice, bob, lobby, news, monkeypatch, caplog):
    here = window(bob)
    for _ in range(2):
        here.say({"message": "hello"})
    monkeypatch.setattr(Group, "send", Mock(side_effect=ConnectionError("gone")))
    news.timers[0]()
    record, = [record for record in caplog.records if record.name == "chat.news"]
    assert "gone" in record.getMessage()


def test_what_is_said_costs_no_query_for_those_who_are_elsewhere(window, alice, bob, other):
    reader, writer = window(alice, room="other"), window(bob)
    reader.say({"action": "rooms"})
    assert about_positions(writer, message="hello") == []
