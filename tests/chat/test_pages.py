import json
import re

import pytest
from django.db import transaction
from django.test import Client

from chat import deletions, history, limits
from chat.models import Message, Room
from tests.support.admin import AdminPage

pytestmark = pytest.mark.django_db(transaction=True)


def data(answer, element_id):
    found = re.search(r'<script id="%s"[^>]*>(.*?)</script>' % element_id,
                      answer.content.decode("utf8"))
    return json.loads(found.group(1))


def test_the_list_of_rooms(client, lobby, alice, window):
    window(alice)
    answer = client.get("/chat/")
    assert data(answer, "rooms-data") == {
        "rooms": [{"name": "Lobby", "online": 1, "url": "/chat/Lobby/", "number": 0, "read": None}],
        "me": None}
    assert b'id="chat-rooms"' in answer.content


def test_the_room_with_its_last_messages(client, lobby, alice):
    for number in range(51):
        history.store(lobby, alice, "</script>", None)
    client.force_login(alice)
    answer = client.get("/chat/Lobby/")
    found = data(answer, "chat-data")
    messages = found.pop("messages")
    assert found == {"room": "Lobby", "me": "alice", "may_write": True, "more": True,
                     "number": 51, "deletions": 0, "closed": False, "read": None}
    assert [each["number"] for each in messages] == list(range(2, 52))
    assert messages[0]["message"] == "</script>"
    assert b'id="chat-room"' in answer.content
    assert b">#Lobby</h1>" in answer.content  # as the list of rooms calls it


def test_a_user_is_asked_before_a_room_is_opened(client, alice):
    client.force_login(alice)
    for method in (client.get, client.head):
        offer = method("/chat/New-Room_1/")
        assert (offer.status_code, offer["X-Gone"]) == (200, "1")
    assert b'id="open-room"' in client.get("/chat/New-Room_1/").content
    assert not Room.objects.exists()
    answer = client.post("/chat/New-Room_1/")
    assert (answer.status_code, answer.url) == (302, "/chat/New-Room_1/")
    assert client.get(answer.url).status_code == 200
    assert Room.objects.get().name == "New-Room_1"


def test_a_room_that_somebody_else_has_opened_meanwhile_is_entered(client, lobby, alice):
    client.force_login(alice)
    assert client.post("/chat/lobby/").url == "/chat/Lobby/"


def test_another_site_opens_no_room(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/chat/new/").status_code == 403
    assert not Room.objects.exists()


def test_another_spelling_goes_to_the_same_room(client, lobby, alice):
    client.force_login(alice)
    assert client.get("/chat/LOBBY/").url == "/chat/Lobby/"
    assert Room.objects.count() == 1


def test_an_anonymous_visitor_reads_a_room_and_opens_none(client, lobby):
    assert data(client.get("/chat/Lobby/"), "chat-data")["may_write"] is False
    answer = client.get("/chat/new/")
    assert answer.status_code == 404
    assert b"Log in to open it" in answer.content and b"open-room" not in answer.content
    assert client.post("/chat/new/").status_code == 404
    assert Room.objects.count() == 1


def test_the_login_leads_back_to_the_room_that_is_not_there_yet(client, alice):
    address = '/chat/new/?a=1&b="x"'
    page = client.get(address).content.decode("utf8")
    login = re.search(r'<a class="log-in" href="([^"]*)">', page).group(1)
    assert login == "/accounts/login/?next=/chat/new/%3Fa%3D1%26b%3D%2522x%2522"
    answer = client.post(login, {"username": "alice", "password": "alice"}, follow=True)
    assert answer.redirect_chain == [("/chat/new/?a=1&b=%22x%22", 302)]
    assert b"open-room" in answer.content


def test_a_login_is_offered_only_where_it_helps(client, lobby, alice):
    Room.objects.update(closed=True)
    for path in ("/chat/Lobby/", "/chat/a.b/"):
        assert b'class="log-in"' not in client.get(path).content


@pytest.mark.parametrize("name", ["no%20way", "l%C3%B6bby", "x" * 51, "a.b", "%3Cscript%3E"])
def test_a_bad_name_is_said(client, alice, name):
    client.force_login(alice)
    for method in (client.get, client.post):
        answer = method("/chat/%s/" % name)
        assert answer.status_code == 404
        assert b"1 to 50 letters" in answer.content
    assert not Room.objects.exists()


def test_one_person_opens_a_limited_number_of_rooms(client, alice, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "create", limits.Limit(2, 0, 3600))
    client.force_login(alice)
    codes = [client.post("/chat/room%d/" % number).status_code for number in range(3)]
    assert codes == [302, 302, 429]
    assert client.get("/chat/room0/").status_code == 200


def test_a_closed_room_is_for_moderators(client, lobby, alice, admin):
    Room.objects.update(closed=True)
    for user, code in ((None, 403), (alice, 403), (admin, 200)):
        if user:
            client.force_login(user)
        assert client.get("/chat/Lobby/").status_code == code
    assert data(client.get("/chat/Lobby/"), "chat-data")["may_write"] is False
    assert data(client.get("/chat/"), "rooms-data")["rooms"] == []


def test_the_refusals_are_translated(client, lobby):
    answer = client.get("/chat/new/", HTTP_ACCEPT_LANGUAGE="es")
    assert "Todavía no hay" in answer.content.decode("utf8")


# Moderation

@pytest.fixture
def moderator(client, admin):
    client.force_login(admin)
    return client


def act(moderator, model, action, *pks):
    page = AdminPage(moderator, "/admin/chat/%s/" % model)
    page.send(action=action, index="0", _selected_action=[str(pk) for pk in pks])


def test_the_admin_finds_messages(moderator, lobby, alice):
    history.store(lobby, alice, "needle", None)
    history.store(lobby, alice, "hay", None)
    answer = moderator.get("/admin/chat/message/?q=needle")
    assert b"needle" in answer.content and b"hay" not in answer.content
    pk = Message.objects.get(content="needle").pk
    assert moderator.get("/admin/chat/message/%d/change/" % pk).status_code == 200
    assert moderator.get("/admin/chat/message/add/").status_code == 403


@pytest.mark.parametrize("name", ["Lobby", "lOBBY"])
def test_the_admin_opens_no_room_twice(moderator, lobby, name):
    answer = moderator.post("/admin/chat/room/add/", {"name": name})
    assert b"There is already a room with this name." in answer.content
    assert Room.objects.get() == lobby


def test_deleting_messages_takes_them_from_open_windows(moderator, window, lobby, alice):
    for text in ("one", "two", "three"):
        history.store(lobby, alice, text, None)
    socket = window()
    pks = list(Message.objects.exclude(content="two").values_list("pk", flat=True))
    moderator.post("/admin/chat/message/", {  # isn't offered
        "action": "delete_selected", "_selected_action": pks, "post": "yes"})
    assert Message.objects.count() == 3
    act(moderator, "message", "delete_messages", *pks)
    assert socket.frames() == [{"type": "message_deleted", "numbers": [1, 3], "deletions": 2}]
    pk = Message.objects.get().pk
    AdminPage(moderator, "/admin/chat/message/%d/delete/" % pk).send()
    assert socket.frames() == [{"type": "message_deleted", "numbers": [2], "deletions": 3}]
    assert history.store(lobby, alice, "four", None).number == 4
    assert data(moderator.get("/chat/Lobby/"), "chat-data")["deletions"] == 3


def test_of_very_many_only_the_newest_are_named(monkeypatch, window, lobby, alice):
    monkeypatch.setattr(deletions, "MOST", 2)
    for text in ("one", "two", "three"):
        history.store(lobby, alice, text, None)
    socket = window()
    Message.objects.all().delete()
    assert socket.frames() == [{"type": "message_deleted", "numbers": [2, 3], "deletions": 3}]


def test_what_is_written_while_it_is_deleted_is_counted_too(monkeypatch, window, lobby, alice):
    newest, rooms = deletions.newest, [lobby, Room.objects.create(name="Other")]

    def newest_and_more(messages):
        found = list(newest(messages))
        while rooms:
            history.store(rooms.pop(), alice, "meanwhile", None)
        return found
    monkeypatch.setattr(deletions, "newest", newest_and_more)
    history.store(lobby, alice, "hello", None)
    sockets = [window(), window(room="other")]
    for socket in sockets:
        socket.frames()
    assert Message.objects.filter(user=alice).delete()[0] == 3
    frames = [socket.frames()[-1] for socket in sockets]
    assert [(frame["numbers"], frame["deletions"]) for frame in frames] == [([1], 2), ([1], 1)]
    assert Message.objects.count() == 0


def test_a_room_is_deleted_with_its_messages(moderator, window, lobby, alice):
    history.store(lobby, alice, "hello", None)
    socket = window()
    AdminPage(moderator, "/admin/chat/room/%d/delete/" % lobby.pk).send()
    assert [frame["type"] for frame in socket.frames()] == ["message_deleted", "room_closed"]
    assert Room.objects.count() == Message.objects.count() == 0


def test_messages_of_a_room_that_another_has_deleted_are_not_counted(lobby):
    with transaction.atomic():
        deletions.count(Message.objects.all(), lobby.pk + 1, 1, [1])
    assert Room.objects.get().deletions == 0


def test_what_a_deleted_user_said_goes_from_open_windows(moderator, window, lobby, alice, bob):
    for room in (lobby, Room.objects.create(name="Other")):
        history.store(room, bob, "hello", None)
        history.store(room, alice, "hello", None)
    sockets = [window(), window(room="other")]
    AdminPage(moderator, "/admin/auth/user/%d/delete/" % alice.pk).send()
    for socket in sockets:
        assert socket.frames() == [{"type": "message_deleted", "numbers": [2], "deletions": 1}]


def test_a_deletion_that_is_rolled_back_is_not_told(window, lobby, alice):
    history.store(lobby, alice, "hello", None)
    socket = window()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Message.objects.all().delete()
        1 / 0
    assert socket.frames() == []
    assert Room.objects.get().deletions == 0


def test_saving_a_room_does_not_count_its_deletions_back(lobby, alice):
    history.store(lobby, alice, "hello", None)
    Message.objects.all().delete()
    lobby.save()
    assert Room.objects.get().deletions == 1


@pytest.mark.parametrize("how", ["action", "form"])
def test_a_room_is_closed_and_opened_again(moderator, window, lobby, how):
    socket = window()
    if how == "action":
        act(moderator, "room", "close", lobby.pk)
    else:
        AdminPage(moderator, "/admin/chat/room/%d/change/" % lobby.pk).save(closed="on")
    assert socket.next()["close"] == 4403
    assert Room.objects.get().closed
    act(moderator, "room", "reopen", lobby.pk)
    assert not Room.objects.get().closed


def test_who_may_only_look_can_not_moderate(client, account, lobby):
    from django.contrib.auth.models import Permission
    user = account("helper", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="delete_room"))
    client.force_login(user)
    client.post("/admin/chat/room/", {"action": "close", "_selected_action": [lobby.pk]})
    assert not Room.objects.get().closed
