"""
Messages in a room.
"""
import json

import pytest
from django.db import OperationalError
from django.test import Client

from chat import actions, history, limits
from chat.models import Message, Room

pytestmark = pytest.mark.django_db(transaction=True)


def say(socket, text, client_id=None):
    socket.say({"message": text, "id": client_id})


def kinds(frames):
    return [frame["type"] for frame in frames]


def error(frames):
    frame, = frames
    assert frame["type"] == "error"
    return frame["code"]


def test_a_message_reaches_everybody_and_is_acknowledged_to_its_sender(window, alice, bob):
    sender, second, reader = window(alice), window(alice), window(bob)
    for socket in (sender, second):
        socket.frames()
    say(sender, "hello", "a-1")
    message, stored = sender.frames()
    assert stored == {"type": "message_stored", "id": "a-1", "number": 1}
    assert {key: message[key] for key in ("type", "number", "user", "message", "id")} == {
        "type": "chat_message", "number": 1, "user": "alice", "message": "hello", "id": "a-1"}
    assert message["timestamp"].endswith("Z")
    assert second.frames() == reader.frames() == [message]
    assert Message.objects.get().content == "hello"


def test_a_text_is_told_in_one_form_whoever_types_it(window, account):
    ana, bob = account("An\xe1"), account("bob")
    inbox, sender = window(ana), window(bob)
    inbox.frames(), sender.frames()
    say(sender, " cafe\u0301 ")
    assert inbox.frames()[0]["message"] == Message.objects.get().content == "caf\xe9"
    sender.frames()
    say(sender, "/pm Ana\u0301 hola", "p-1")  # as macOS copies it
    assert inbox.frames()[0]["type"] == "private_message"
    assert sender.frames()[-1]["target"] == "An\xe1"
    say(sender, "/pm Ane\u0301 hola")
    assert sender.frames()[-1]["message"] == "There is no user \u201cAn\xe9\u201d."


def test_another_room_hears_nothing(window, alice, bob):
    Room.objects.create(name="other")
    here, there = window(alice), window(bob, room="other")
    say(here, "hello")
    assert there.frames() == []


def test_numbers_count_in_each_room_without_holes(window, alice, bob, lobby):
    other = Room.objects.create(name="other")
    first, second, elsewhere = window(alice), window(bob), window(bob, room="other")
    for socket in (first, elsewhere, second, first):
        say(socket, "x")
    say(first, "")
    say(first, "y")
    assert list(lobby.messages.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert list(other.messages.values_list("number", flat=True)) == [1]


def test_a_message_that_is_sent_again_is_stored_once_and_answered_each_time(window, alice, bob):
    first, reader = window(alice), window(bob)
    first.frames()
    say(first, "hello", "a-1")
    again = window(alice)
    say(again, "hello", "a-1")
    assert again.frames()[-1] == {"type": "message_stored", "id": "a-1", "number": 1}
    assert Message.objects.count() == 1
    one, two = [frame for frame in reader.frames() if frame["type"] == "chat_message"]
    assert one == two


def test_a_message_that_another_worker_has_just_stored_is_not_stored_again(
        lobby, alice, monkeypatch):
    stored = history.store(lobby, alice, "hello", "a-1")
    found = iter([None, stored])
    monkeypatch.setattr(history, "find", lambda *args: next(found))
    assert history.store(lobby, alice, "hello", "a-1") == stored
    lobby.refresh_from_db()
    assert (lobby.last_number, Message.objects.count()) == (1, 1)


def test_two_people_may_use_the_same_id(window, alice, bob):
    for user in (alice, bob):
        say(window(user), "hello", "same")
    assert Message.objects.count() == 2


def test_an_id_of_another_room_is_refused(window, alice):
    Room.objects.create(name="other")
    say(window(alice), "hello", "a-1")
    socket = window(alice, room="other")
    say(socket, "hello", "a-1")
    assert error(socket.frames()) == "bad_id"


def test_without_an_id_there_is_no_acknowledgement(window, alice):
    socket = window(alice)
    socket.say({"message": "hello"})
    frame, = socket.frames()
    assert (frame["type"], frame["id"]) == ("chat_message", None)


@pytest.mark.parametrize("said,code,client_id", [
    ("not json", "bad_json", None),
    ("[" * 1000, "bad_json", None),
    ('"%s"' % ("x" * 9000), "too_large", None),
    ("[]", "unknown_action", None),
    ("{}", "unknown_action", None),
    ({"action": "shout"}, "unknown_action", None),
    ({"action": ["after"], "id": "x"}, "unknown_action", "x"),
    ({"message": 5, "id": "x"}, "not_text", "x"),
    ({"message": " \n ", "id": "x"}, "empty", "x"),
    ({"message": "x" * 513, "id": "x"}, "too_long", "x"),
    ({"message": "hello", "id": ""}, "bad_id", None),
    ({"message": "hello", "id": 5}, "bad_id", None),
    ({"message": "hello", "id": "x" * 65}, "bad_id", None),
    ({"message": "hello", "id": "a\n"}, "bad_id", None),
    ({"message": "hello", "id": "ä"}, "bad_id", None),
    ({"message": "/pm", "id": "x"}, "empty", "x"),
    ({"message": "/pm bob", "id": "x"}, "empty", "x"),
    ({"message": "/pm nobody hello", "id": "x"}, "unknown_user", "x"),
    ({"action": "after"}, "bad_number", None),
    ({"action": "after", "number": -1}, "bad_number", None),
    ({"action": "after", "number": True}, "bad_number", None),
    ({"action": "before", "number": "1"}, "bad_number", None),
    ({"action": "before", "number": 2 ** 31}, "bad_number", None),
])
def test_a_mistake_is_answered_to_the_one_who_made_it(window, alice, bob, said, code, client_id):
    listener, speaker = window(bob), window(alice)
    listener.frames()
    speaker.say(said)
    frame, = speaker.frames()
    assert (frame["type"], frame["code"], frame["id"]) == ("error", code, client_id)
    assert listener.frames() == []
    assert not Message.objects.exists()


def test_a_binary_frame_is_answered_with_an_error(window, alice):
    socket = window(alice)
    socket.deliver("websocket.receive", bytes=b"\x00")
    assert error(socket.frames()) == "not_text"


def test_512_characters_of_any_kind_are_taken(window, alice):
    socket = window(alice)
    socket.say(json.dumps({"message": "\U0001f600" * 512}))
    assert socket.frames()[0]["message"] == "\U0001f600" * 512


def test_what_no_database_can_hold_is_replaced(window, alice):
    socket = window(alice)
    socket.say('{"message": "a\\u0000b\\ud800c"}')
    assert socket.frames()[0]["message"] == "a\ufffdb\ufffdc"
    assert Message.objects.get().content == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("content", [{"message": "hello"}, {"action": "typing"}])
def test_anonymous_visitors_read_and_do_not_write(window, alice, content):
    reader, writer = window(), window(alice)
    reader.frames()
    say(writer, "hello")
    assert kinds(reader.frames()) == ["chat_message"]
    reader.say(content)
    assert error(reader.frames()) == "forbidden"


def test_a_logout_ends_the_right_to_write(lobby, alice):
    from ..support.sockets import Socket
    client = Client()
    client.force_login(alice)
    socket = Socket("/ws/chat/lobby/", session_key=client.session.session_key).connect()
    socket.frames()
    client.post("/accounts/logout/")
    say(socket, "hello")
    assert error(socket.frames()) == "forbidden"


# History

def test_after_and_before_give_the_history_in_pages(window, alice, lobby):
    for number in range(120):
        history.store(lobby, alice, str(number + 1), None)
    socket = window(alice)
    socket.say({"action": "after", "number": 10})
    page, = socket.frames()
    assert [each["number"] for each in page["messages"]] == list(range(11, 61))
    assert (page["after"], page["before"], page["more"]) == (10, None, True)
    socket.say({"action": "before", "number": 51})
    page, = socket.frames()
    assert [each["number"] for each in page["messages"]] == list(range(1, 51))
    assert (page["after"], page["before"], page["more"]) == (None, 51, False)
    socket.say({"action": "after", "number": 120})
    assert socket.frames() == [
        {"type": "messages", "messages": [], "before": None, "after": 120, "more": False,
         "number": 120, "deletions": 0}]


def test_an_answer_counts_what_has_been_deleted(window, alice, lobby):
    for text in ("one", "two"):
        history.store(lobby, alice, text, None)
    socket = window(alice, read=False)
    lobby.messages.filter(number=1).delete()
    socket.frames()
    for action, number in (("after", 0), ("before", 3)):
        socket.say({"action": action, "number": number})
        answer, = socket.frames()
        assert [each["number"] for each in answer["messages"]] == [2]
        assert (answer["number"], answer["deletions"]) == (2, 1)
    assert window(alice, read=False).frame()["deletions"] == 1


def test_after_joins_again_what_a_crash_has_left(window, alice, bob, channel_layer, lobby):
    socket, other = window(alice), window(bob)
    channel_layer.group_discard("chat-room-%d" % lobby.pk, socket.reply_channel)
    socket.say({"action": "after", "number": 0})
    socket.frames()
    say(other, "hello")
    assert kinds(socket.frames()) == ["chat_message"]


# Private messages

def test_a_private_message_reaches_every_window_of_both_and_nobody_else(
        window, alice, bob, account):
    Room.objects.create(name="other")
    carol = window(account("carol"))
    mine, mine_too = window(alice), window(alice, room="other")
    his, his_too = window(bob), window(bob, room="other")
    for socket in (carol, mine, mine_too, his, his_too):
        socket.frames()
    say(mine, "/pm bob psst\nyou", "p-1")
    for socket in (his, his_too):
        frame, = socket.frames()
        assert frame.pop("timestamp")
        assert frame == {
            "type": "private_message", "id": "p-1", "user": "alice", "message": "psst\nyou"}
    for socket in (mine, mine_too):
        assert socket.frames() == [{"type": "private_message_delivered", "id": "p-1",
                                    "target": "bob", "message": "psst\nyou"}]
    assert carol.frames() == []
    assert not Message.objects.exists()


def test_a_private_message_to_somebody_offline_is_not_delivered(window, alice, bob):
    socket = window(alice)
    say(socket, "/pm bob hello", "p-1")
    assert error(socket.frames()) == "offline"
    away = window(bob)
    away.disconnect()
    socket.frames()
    say(socket, "/pm bob hello", "p-2")
    assert error(socket.frames()) == "offline"


def test_deactivated_users_are_unknown(window, alice, account):
    account("gone", is_active=False)
    socket = window(alice)
    say(socket, "/pm gone hello")
    assert error(socket.frames()) == "unknown_user"


@pytest.mark.parametrize("command", [
    "/PM", "/Pm", "\uff0fpm", "\uff0f\uff30\uff2d", "\u200b/pm", "\ufeff /pm"])
def test_a_command_is_one_in_whatever_case_and_width(window, alice, bob, command):
    sender, target = window(alice), window(bob)
    say(sender, command + "\u3000bob psst")
    assert target.frames()[-1]["message"] == "psst"
    assert not Message.objects.exists()


@pytest.mark.parametrize("said", [
    "/pmx bob hello", "/msg bob hello", "\uff0fmsg bob hello", "/", "/ pm bob hello", "//pm bob x",
    "/\u200bpm bob hello", "/p\u200bm bob hello"])
def test_what_might_be_meant_as_a_command_is_refused_and_not_said_aloud(window, alice, bob, said):
    sender, reader = window(alice), window(bob)
    sender.frames()
    say(sender, said, "x")
    frame, = sender.frames()
    assert (frame["code"], frame["id"]) == ("unknown_command", "x")
    assert "/pm name text" in frame["message"]
    assert reader.frames() == [] and not Message.objects.exists()


@pytest.mark.parametrize("said", ["1/2", "and/or", "\u00bd", "a /pm bob hello", "\u2100"])
def test_a_slash_elsewhere_is_said_aloud(window, alice, said):
    socket = window(alice)
    say(socket, said)
    assert kinds(socket.frames())[-1] == "chat_message"


# Typing, limits

def test_typing_is_told_once_in_some_seconds(window, alice, bob):
    writer, second, reader = window(alice), window(alice), window(bob)
    for socket in (writer, second, writer):
        socket.say({"action": "typing"})
    assert [frame for frame in reader.frames()] == [{"type": "typing", "user": "alice"}]


def test_too_many_messages_are_refused_with_the_time_to_wait(window, alice, bob, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1003.5)
    first, second = window(alice), window(alice)
    for number in range(limits.LIMITS["message"].user):
        say((first, second)[number % 2], "x")
    first.frames()
    say(first, "one more", "a-1")
    assert first.frames() == [{
        "type": "error", "code": "rate_limited", "id": "a-1", "retry_after": 10,
        "message": "Too often: try again in 10 seconds."}]
    say(window(bob), "from somebody else")
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1013.5)
    say(first, "later")
    assert list(Message.objects.values_list("content", flat=True)[10:]) == [
        "from somebody else", "later"]


@pytest.mark.parametrize("is_anonymous", [True, False])
@pytest.mark.parametrize("action, answer", [
    ("who", "user_list"), ("before", "messages"), ("after", "messages")])
def test_too_many_questions_are_refused(
        window, alice, monkeypatch, is_anonymous, action, answer):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    socket = window(None if is_anonymous else alice)
    for _ in range(limits.LIMITS[action].anonymous):
        socket.say({"action": action, "number": 1})
        assert kinds(socket.frames()) == [answer]
    socket.say({"action": action, "number": 1})
    assert error(socket.frames()) == "rate_limited"
    other = window()
    other.say({"action": action, "number": 1})
    assert kinds(other.frames()) == [answer]
    socket.say({"action": "after" if action == "who" else "who", "number": 1})
    assert "error" not in kinds(socket.frames())  # each has its own limit


def test_typing_has_a_limit_of_its_own(window, alice, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    socket = window(alice)
    for _ in range(limits.LIMITS["typing"].user + 1):
        socket.say({"action": "typing"})
    assert [frame["code"] for frame in socket.frames() if frame["type"] == "error"] == [
        "rate_limited"]
    say(socket, "hello")
    assert kinds(socket.frames()) == ["chat_message"]


def test_anonymous_sockets_of_one_address_share_a_limit(window, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    monkeypatch.setattr(limits, "SOCKETS", 2)
    sockets = [window() for _ in range(3)]
    for socket in sockets[:2]:
        for _ in range(limits.LIMITS["who"].anonymous):
            socket.say({"action": "who"})
    sockets[2].say({"action": "who"})
    assert error(sockets[2].frames()) == "rate_limited"


def test_who_asks_again_after_somebody_has_come_is_told_of_them(window, alice, bob):
    socket = window()
    for names in ([], ["alice"], ["alice", "bob"]):
        socket.say({"action": "who"})
        assert socket.frames()[-1] == {"type": "user_list", "users": names}
        if len(names) < 2:
            window((alice, bob)[len(names)])
            socket.frames()


def test_the_names_in_a_room_are_looked_up_once_for_all(window, alice, django_assert_num_queries):
    first, second = window(alice), window()
    first.say({"action": "who"})
    with django_assert_num_queries(1):  # the room
        second.say({"action": "who"})


@pytest.mark.parametrize("name", ["ALICE", "Alice", "\uff21lice"])
def test_a_private_message_finds_its_addressee_in_whatever_form(window, alice, bob, name):
    sender, target = window(bob), window(alice)
    target.frames()
    say(sender, "/pm %s hello" % name)
    assert sender.frames()[-1]["target"] == "alice"
    assert target.frames()[-1]["message"] == "hello"


def test_the_exact_name_comes_first(window, alice, bob, account):
    other = account("ALICE")  # the admin may name one like another
    sender, target = window(bob), window(other)
    target.frames()
    say(sender, "/pm ALICE hello")
    assert target.frames()[-1]["message"] == "hello"


def test_every_action_is_in_the_error_text(window, alice):
    socket = window(alice)
    socket.say({})
    text = socket.frame()["message"]
    assert all(action in text for action in actions.ACTIONS)


# A room whose row somebody else keeps locked

@pytest.fixture
def locked(monkeypatch):
    """A list of the rooms that were waited for, and a clock; all of them are locked."""
    class Locked:
        waited_for = []
        now = 100.0

        def __call__(self, room, *arguments):
            self.waited_for.append(room.pk)
            raise OperationalError("database is locked")
    locked = Locked()
    monkeypatch.setattr(history, "insert", locked)
    monkeypatch.setattr(history, "locked_rooms", history.LockedRooms(lambda: locked.now))
    return locked


def test_a_message_into_a_locked_room_is_put_off(window, alice, lobby, locked):
    socket = window(alice)
    say(socket, "hello", "a-1")
    answer, = socket.frames()
    assert (answer["type"], answer["code"], answer["id"]) == ("error", "busy", "a-1")
    assert answer["retry_after"] > 0


def test_a_locked_room_is_waited_for_once_in_a_while(window, alice, lobby, locked):
    socket = window(alice)
    for number in range(3):
        say(socket, "hello", "a-%d" % number)
        assert error(socket.frames()) == "busy"
    assert locked.waited_for == [lobby.pk]
    locked.now += 5
    say(socket, "hello", "a-4")
    assert locked.waited_for == [lobby.pk] * 2


# Private by construction

def private(socket, to, text, client_id="p-1"):
    socket.say({"action": "private", "to": to, "text": text, "id": client_id})
    return socket.frames()


def test_a_private_message_by_name_reaches_its_addressee_only(window, alice, bob, account):
    sender, addressee, third = window(alice), window(bob), window(account("carol"))
    sender.frames(), addressee.frames()
    delivered, = private(sender, "bob", "/pm carol hello")
    assert (delivered["type"], delivered["target"]) == ("private_message_delivered", "bob")
    message, = addressee.frames()
    assert (message["type"], message["user"], message["message"], message["id"]) == (
        "private_message", "alice", "/pm carol hello", "p-1")
    assert third.frames() == []
    assert not Message.objects.exists()


@pytest.mark.parametrize("to, text, code", [
    ("nobody", "hello", "unknown_user"), ("carol", "hello", "offline"), ("bob", " ", "empty"),
    (None, "hello", "not_text"), ("bob", None, "not_text"), ("bob", "x" * 513, "too_long"),
])
def test_what_can_not_be_delivered_is_never_said_aloud(
        window, alice, bob, account, to, text, code):
    account("carol")
    sender, reader = window(alice), window(bob)
    sender.frames()
    assert error(private(sender, to, text)) == code
    assert reader.frames() == []
    assert not Message.objects.exists()


def test_private_messages_count_as_messages(window, alice, bob, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "message", limits.Limit(1, 0, 60))
    sender = window(alice)
    window(bob)
    sender.frames()
    say(sender, "hello")
    sender.frames()
    assert error(private(sender, "bob", "hello")) == "rate_limited"
