"""
Who comes, who goes, and which rooms there are.
"""
import pytest
from django.core.cache import cache
from django.db import OperationalError, transaction

from channels_lts.conf import settings
from channels_lts.presence import diffs
from chat import history, limits, receivers
from chat.models import Room

from ..support.sockets import Refused, Socket

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_frame_says_which_room_it_is(window, alice, lobby):
    history.store(lobby, alice, "hello", None)
    hello, *others = window(alice, read=False).frames()
    assert hello == {
        "type": "tester_message", "tester": "hello_world", "room": "Lobby", "number": 1,
        "deletions": 0, "may_write": True, "closed": False, "me": "alice",
        "version": settings.PAGE_VERSION}
    assert {"type": "user_list", "users": ["alice"]} in others


def test_an_anonymous_visitor_may_not_write_and_is_nobody(window, alice):
    other = window(alice)
    hello, users = window(read=False).frames()
    assert (hello["me"], hello["may_write"]) == (None, False)
    assert users == {"type": "user_list", "users": ["alice"]}
    assert other.frames() == []


@pytest.mark.parametrize("name", ["nowhere", "no way", "l%C3%B6bby", "x" * 51, "a/b"])
def test_an_unknown_room_is_refused(lobby, name):
    with pytest.raises(Refused):
        Socket("/ws/chat/%s/" % name).connect()


def test_a_room_is_found_in_upper_and_lower_case(window):
    assert window(room="LOBBY", read=False).frame()["room"] == "Lobby"


def test_what_is_said_during_the_join_is_not_missed(window, alice, lobby, monkeypatch):
    from chat import consumers
    enter = consumers.enter

    def slowly(visit):
        history.store(lobby, alice, "meanwhile", None)
        enter(visit)
    monkeypatch.setattr(consumers, "enter", slowly)
    hello, messages, _users = window(read=False).frames()
    assert (hello["number"], messages["after"]) == (0, 0)
    assert [each["message"] for each in messages["messages"]] == ["meanwhile"]


# Coming and going

def test_a_person_comes_once_however_many_windows(window, alice, bob):
    watcher = window(bob)
    watcher.frames()
    window(alice)
    assert watcher.frames() == [{"type": "user_join", "user": "alice"}]
    window(alice)
    assert watcher.frames() == []
    watcher.say({"action": "who"})
    assert watcher.frame() == {"type": "user_list", "users": ["alice", "bob"]}


def test_a_person_goes_with_the_last_window_after_the_grace(window, alice, bob, clock):
    watcher, first, second = window(bob), window(alice), window(alice)
    first.disconnect()
    watcher.frames()
    clock(60)
    assert watcher.frames() == []
    second.disconnect()
    clock(3)
    assert watcher.frames() == []
    clock(1)
    assert watcher.frames() == [{"type": "user_leave", "user": "alice"}]
    clock(60)
    assert watcher.frames() == []


@pytest.mark.parametrize("end", [
    lambda user: user.delete(),
    lambda user: (setattr(user, "is_active", False), user.save()),
], ids=["deleted", "deactivated"])
def test_who_is_no_account_any_more_goes_at_once_and_once(window, alice, bob, clock, end):
    Room.objects.create(name="other")
    watcher, elsewhere, page = window(bob), window(bob, room="other"), window(alice)
    watcher.frames()
    end(alice)
    assert watcher.frames() == [{"type": "user_leave", "user": "alice"}]
    page.disconnect()
    clock(10)
    assert watcher.frames() == elsewhere.frames() == []
    watcher.say({"action": "who"})
    assert watcher.frame() == {"type": "user_list", "users": ["bob"]}


def test_who_gets_another_name_goes_by_the_old_one_and_comes_by_the_new_one(
        window, alice, bob, clock):
    watcher, page = window(bob), window(alice)
    watcher.frames()
    alice.username = "carol"
    alice.save()
    assert watcher.frames() == [{"type": "user_leave", "user": "alice"},
                                {"type": "user_join", "user": "carol"}]
    page.disconnect()
    clock(10)
    assert watcher.frames() == [{"type": "user_leave", "user": "carol"}]


def test_names_that_change_within_savepoints_come_in_their_order(window, alice, bob):
    watcher = window(bob)
    window(alice)
    watcher.frames()

    def rename(name):
        alice.username = name
        alice.save()
    with transaction.atomic():
        rename("ann")
        with transaction.atomic():
            rename("beth")
        with transaction.atomic():
            rename("nobody")
            transaction.set_rollback(True)
        alice.refresh_from_db()
        rename("carol")
        rename("dora")
    told = [(frame["type"], frame["user"]) for frame in watcher.frames()]
    assert told == [
        (kind, name) for pair in zip(["alice", "ann", "beth", "carol"],
                                     ["ann", "beth", "carol", "dora"])
        for kind, name in zip(["user_leave", "user_join"], pair)]


def test_many_who_are_deleted_together_are_told_with_one_list(
        window, account, bob, monkeypatch):
    monkeypatch.setattr(receivers, "MANY", 3)
    watcher = window(bob)
    users = [account("user%d" % number) for number in range(5)]
    for user in users:
        window(user)
    watcher.frames()
    type(bob).objects.filter(pk__in=[user.pk for user in users[1:]]).delete()
    assert watcher.frames() == [{"type": "user_list", "users": ["bob", "user0"]}]


def test_a_reload_is_not_seen(window, alice, bob, clock):
    watcher, page = window(bob), window(alice)
    watcher.frames()
    page.disconnect()
    clock(3)
    window(alice)
    clock(60)
    assert watcher.frames() == []


def test_many_at_once_are_told_with_one_list(window, account, bob, clock, monkeypatch):
    monkeypatch.setattr(receivers, "MANY", 3)
    watcher = window(bob)
    pages = [window(account("user%d" % number)) for number in range(5)]
    watcher.frames()
    for page in pages[1:]:
        page.disconnect()
    clock(4)
    assert watcher.frames() == [{"type": "user_list", "users": ["bob", "user0"]}]


def test_somebody_who_comes_back_while_the_leave_is_told_is_there_in_the_end(
        window, alice, bob, lobby):
    watcher = window(bob)
    window(alice)
    watcher.frames()
    scope = "chat-room-%d" % lobby.pk
    diffs.tell([(scope, str(alice.pk), False)])
    assert watcher.frames() == [
        {"type": "user_leave", "user": "alice"}, {"type": "user_join", "user": "alice"}]


def test_a_socket_that_has_gone_gets_nothing(window, alice, bob):
    page, writer = window(alice), window(bob)
    window(alice)  # another page of hers, that stays
    page.frames()
    page.disconnect()
    writer.say({"message": "hello"})
    writer.say({"message": "/pm alice hello"})
    assert page.frames() == []


def test_too_many_joins_are_refused_with_the_time_to_wait(window, alice, bob, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1210.0)
    for _ in range(limits.LIMITS["join"].user):
        window(alice)
    late = window(alice, read=False)
    refusal, = late.frames()
    assert (refusal["code"], refusal["retry_after"]) == ("rate_limited", 60)
    window(bob).say({"message": "hello"})
    assert late.frames() == []


def test_a_refused_join_closes_the_socket(window, alice, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "join", limits.Limit(0, 0, 60))
    socket = Socket("/ws/chat/lobby/")
    socket.deliver("websocket.connect", **socket.handshake)
    assert socket.next()["close"] == 4429


# Closing

@pytest.fixture
def closed(lobby):
    lobby.closed = True
    lobby.save()
    return lobby


def test_closing_a_room_ends_its_windows(window, alice, bob, lobby):
    sockets = [window(alice), window()]
    rooms = Socket("/ws/chat/").connect()
    rooms.frames()
    for socket in sockets:
        socket.frames()
    lobby.closed = True
    lobby.save()
    for socket in sockets:
        message = socket.next()
        assert message == {"close": 4403, "text": '{"type": "room_closed", "room": "Lobby"}'}
    assert rooms.frames() == [{"type": "room_closed", "room": "Lobby"}]


def test_a_closed_room_says_so_once(window, lobby, admin):
    lobby.closed = True
    lobby.save()
    socket = window(admin)
    Room.objects.get().save()
    assert socket.frames() == []


def test_deleting_a_room_ends_its_windows(window, lobby):
    socket = window()
    lobby.delete()
    assert socket.next()["close"] == 4403
    socket.say({"action": "who"})
    assert socket.frame()["code"] == "closed"
    socket.disconnect()


def test_a_member_can_not_read_a_closed_room(window, alice, lobby):
    socket = window(alice)
    Room.objects.update(closed=True)
    for content in ({"action": "after", "number": 0}, {"action": "before", "number": 9},
                    {"action": "who"}, {"message": "hello"}):
        socket.say(content)
        frame, = socket.frames()
        assert frame["code"] == "closed"
    late = Socket("/ws/chat/lobby/")
    late.deliver("websocket.connect", **late.handshake)
    assert late.next() == {"accept": True, "close": 4403,
                           "text": '{"type": "room_closed", "room": "Lobby"}'}


def test_a_moderator_reads_a_closed_room_and_nobody_writes(window, admin, closed):
    socket = window(admin, read=False)
    hello = socket.frame()
    assert (hello["closed"], hello["may_write"]) == (True, False)
    socket.frames()
    socket.say({"message": "hello"})
    assert socket.frame()["code"] == "closed"
    socket.say({"action": "after", "number": 0})
    assert socket.frame()["type"] == "messages"


def test_a_room_that_closes_under_a_message_takes_it_no_more(lobby, alice):
    from channels_lts.frames import FrameError
    Room.objects.update(closed=True)
    with pytest.raises(FrameError) as caught:
        history.store(lobby, alice, "hello", "a-1")
    assert caught.value.code == "closed"


def test_saving_a_room_does_not_count_backwards(lobby, alice):
    stale = Room.objects.get()
    history.store(lobby, alice, "hello", None)
    stale.save()
    assert Room.objects.get().last_number == 1


# The list

def test_the_list_tells_how_many_people_are_in_each_room(window, alice, bob, lobby, clock):
    Room.objects.create(name="empty")
    Room.objects.create(name="shut", closed=True)
    window(alice)
    window(alice)
    window(bob)
    assert Socket("/ws/chat/").connect().frame() == {"type": "rooms", "rooms": [
        {"name": "empty", "online": 0, "url": "/chat/empty/", "number": 0, "read": None},
        {"name": "Lobby", "online": 2, "url": "/chat/Lobby/", "number": 0, "read": None}],
        "version": settings.PAGE_VERSION}


def test_the_list_follows_comings_and_goings_once_a_turn(window, alice, bob, clock):
    rooms = Socket("/ws/chat/").connect()
    rooms.frames()
    page = window(alice)
    window(bob)
    assert rooms.frames() == []
    clock(1)
    assert rooms.frames() == [{"type": "room_count", "room": "Lobby", "online": 2}]
    page.disconnect()
    clock(4)
    assert rooms.frames() == [{"type": "room_count", "room": "Lobby", "online": 1}]
    clock(4)
    assert rooms.frames() == []


def test_a_new_room_appears_in_the_list(db):
    rooms = Socket("/ws/chat/").connect()
    rooms.frames()
    Room.objects.create(name="new")
    assert rooms.frames() == [{"type": "room_count", "room": "new", "online": 0}]


def test_who_asks_for_the_rooms_is_told_them(lobby):
    rooms, other = Socket("/ws/chat/").connect(), Socket("/ws/chat/").connect()
    greeting, _ = rooms.frames(), other.frames()
    rooms.say({"action": "rooms"})
    assert rooms.frames() == greeting
    assert other.frames() == []


def test_the_rooms_are_asked_for_so_often(
        lobby, alice, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setitem(limits.LIMITS, "rooms", limits.Limit(1, 0, 60))
    client.force_login(alice)
    rooms = Socket("/ws/chat/", session_key=client.session.session_key).connect()
    rooms.frames()
    rooms.say({"action": "rooms"})
    assert rooms.frame()["type"] == "rooms"
    rooms.say({"action": "rooms"})
    assert rooms.frame()["code"] == "rate_limited"
    with django_assert_num_queries(0):  # not even who it is
        rooms.say({"action": "rooms"})
    assert rooms.frame()["code"] == "rate_limited"


def test_anonymous_visitors_of_one_address_share_how_often_they_ask_for_the_rooms(
        lobby, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "rooms", limits.Limit(0, 1, 60))
    codes = []
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        rooms = Socket("/ws/chat/", address=address).connect()
        rooms.frames()
        rooms.say({"action": "rooms"})
        codes.append(rooms.frame().get("code"))
    assert codes == [None, "rate_limited", None]


def test_where_the_rooms_cannot_be_read_that_is_the_answer(lobby, monkeypatch):
    rooms = Socket("/ws/chat/").connect()
    rooms.frames()

    def away(user):
        raise OperationalError("database is locked")
    monkeypatch.setattr("chat.rooms.listed", away)
    rooms.say({"action": "rooms"})
    assert rooms.frame()["code"] == "busy"


def test_nothing_can_be_said_to_the_list(db):
    rooms = Socket("/ws/chat/").connect()
    rooms.frames()
    rooms.say({"message": "hello"})
    assert rooms.frame()["code"] == "unknown_action"
    rooms.disconnect()
    Room.objects.create(name="new")
    assert rooms.frames() == []


def test_an_answer_that_comes_during_the_join_knows_its_visitor(window, alice, monkeypatch):
    from chat import consumers
    enter = consumers.enter
    known = []

    def look(visit):
        known.append(cache.get("channels_lts.socket:%s" % visit.reply_channel.name))
        enter(visit)
    monkeypatch.setattr(consumers, "enter", look)
    window(alice)
    assert known[0]
