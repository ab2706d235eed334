"""
A session that ends, ends everywhere at once: which sockets are closed, with what.
"""
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from channels import Group as ChannelGroup
from django.contrib.auth import get_user, get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save
from django.utils import timezone

from channels_lts.auth import (
    SESSION_CHANGED,
    SESSION_ENDED,
    SocketSessionMiddleware,
    disconnect,
    endings,
    groups,
    sockets_disconnected,
)
from channels_lts.auth.receivers import on_logged_out
from channels_lts.auth.sweeper import Sweeper
from channels_lts.security.middleware import on_user_logged_in
from chat.models import Room
from tests.support.sockets import Refused, Socket

from .conftest import PATHS

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"new_password1": "a long one 7", "new_password2": "a long one 7"}


def in_time(function):
    """The next thing that happens is the sweep."""
    def end(user, client):
        function(user)
        Sweeper(Session).try_sweep()
    return end


def set_password(user, client):
    user.set_password("another")
    user.save()


def deactivate(user, client):
    user.is_active = False
    user.save()


ENDS = {
    "logout": lambda user, client: client.post("/accounts/logout/"),
    "password": set_password,
    "password alone": lambda user, client: (
        user.set_password("another"), user.save(update_fields=["password"])),
    "deactivation": deactivate,
    "deletion": lambda user, client: user.delete(),
    "deletion of many": lambda user, client: get_user_model().objects.filter(
        username="alice").delete(),
    "session": lambda user, client: Session.objects.get(
        pk=client.session.session_key).delete(),
    "sessions": lambda user, client: Session.objects.all().delete(),
    "expiry": in_time(lambda user: Session.objects.update(expire_date=timezone.now())),
}


@pytest.fixture(autouse=True)
def lobby(db):
    return Room.objects.create(name="lobby")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("end", ["logout", "deactivation"])
def test_every_socket_of_the_site_ends_with_what_it_stands_on(end, path, alice, browser, socket_of):
    client = browser(alice)
    socket = socket_of(client, path)
    assert socket.close_code() is None
    ENDS[end](alice, client)
    assert socket.close_code() == SESSION_ENDED


@pytest.mark.parametrize("end", sorted(ENDS))
def test_each_end_closes_the_sockets_of_all_tabs(end, alice, browser, socket_of):
    client = browser(alice)
    tabs = [socket_of(client), socket_of(client, "/updates/")]
    ENDS[end](alice, client)
    assert [tab.close_code() for tab in tabs] == [SESSION_ENDED] * 2


@pytest.mark.parametrize("end", sorted(set(ENDS) - {"sessions", "expiry"}))
def test_nobody_else_is_closed(end, alice, bob, browser, socket_of):
    client = browser(alice)
    others = [socket_of(browser(bob)), Socket("/echo/").connect(),
              Socket("/echo/", session_key="x" * 32).connect()]
    ENDS[end](alice, client)
    assert [other.close_code() for other in others] == [None] * 3


@pytest.mark.parametrize("end, is_end", [
    ("logout", False), ("session", False), ("password", True), ("deactivation", True)])
def test_another_browser_of_the_user_ends_with_the_account_alone(
        end, is_end, alice, browser, socket_of):
    client, elsewhere = browser(alice), socket_of(browser(alice))
    ENDS[end](alice, client)
    assert elsewhere.close_code() == (SESSION_ENDED if is_end else None)


@pytest.mark.parametrize("page", ["own", "of another"])
def test_after_a_password_change_ones_own_windows_come_back(page, admin, browser, socket_of):
    client = browser(admin)
    own, elsewhere = socket_of(client), socket_of(browser(admin))
    if page == "own":
        answer = client.post("/admin/password_change/", dict(NEW, old_password="admin"))
    else:
        answer = client.post("/admin/auth/user/%d/password/" % admin.pk, {
            "password1": "a long one 7", "password2": "a long one 7"})
    assert answer.status_code == 302
    assert (own.close_code(), elsewhere.close_code()) == (SESSION_CHANGED, SESSION_ENDED)
    back = socket_of(client, "/primer/visitor/")
    assert back.frame()["user"] == "admin"


def test_a_login_makes_an_anonymous_session_come_back(alice, browser, socket_of):
    client = browser()
    session = client.session
    session["basket"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    socket = socket_of(client)
    client.post("/accounts/login/", {"username": "alice", "password": "alice"})
    assert socket.close_code() == SESSION_CHANGED


def test_a_login_over_another_makes_its_sockets_come_back(alice, admin, browser, socket_of):
    client = browser(alice)
    socket = socket_of(client)
    client.post("/admin/login/", {"username": "admin", "password": "admin"})
    assert socket.close_code() == SESSION_CHANGED


def test_a_logout_that_leaves_something_in_the_session_is_a_logout(
        alice, browser, socket_of):
    client = browser(alice)
    session = client.session
    session["_language"] = "es"
    session.save()
    socket = socket_of(client)
    client.post("/accounts/logout/")
    assert client.session.session_key  # a new one, for the language
    assert socket.close_code() == SESSION_ENDED


@pytest.mark.parametrize("change", ["is_superuser", "is_staff"])
def test_other_flags_make_sockets_come_back(change, alice, browser, socket_of):
    socket = socket_of(browser(alice))
    setattr(alice, change, True)
    alice.save()
    assert socket.close_code() == SESSION_CHANGED


def test_a_save_that_changes_neither_closes_nothing(alice, browser, socket_of):
    socket = socket_of(browser(alice))
    alice.first_name = "Alice"
    alice.save()
    alice.last_login = timezone.now()
    alice.save(update_fields=["last_login"])
    assert socket.close_code() is None


def staff(alice):
    return Group.objects.get(name="staff")


def permission():
    return Permission.objects.get(codename="change_room")


RIGHTS = {
    "given": lambda alice: alice.user_permissions.add(permission()),
    "given from the other side": lambda alice: permission().user_set.add(alice),
    "cleared": lambda alice: (
        alice.user_permissions.add(permission()), alice.user_permissions.clear()),
    "left the group": lambda alice: alice.groups.remove(staff(alice)),
    "set": lambda alice: alice.groups.set([]),
    "taken out": lambda alice: staff(alice).user_set.remove(alice),
    "emptied": lambda alice: staff(alice).user_set.clear(),
    "group may more": lambda alice: staff(alice).permissions.add(permission()),
    "group may nothing": lambda alice: staff(alice).permissions.clear(),
    "of a permission": lambda alice: permission().group_set.add(staff(alice)),
    "group deleted": lambda alice: staff(alice).delete(),
    "permission deleted": lambda alice: Permission.objects.get(codename="add_room").delete(),
}


@pytest.mark.parametrize("change", sorted(RIGHTS))
def test_sockets_come_back_to_other_rights(change, alice, bob, browser, socket_of):
    group = Group.objects.create(name="staff")
    created, _ = Permission.objects.get_or_create(codename="add_room", defaults={
        "content_type": permission().content_type, "name": "Can add room"})
    group.permissions.add(created)
    alice.groups.add(group)
    socket, other = socket_of(browser(alice)), socket_of(browser(bob))
    try:
        RIGHTS[change](alice)
    finally:  # the permissions are there for all tests
        Permission.objects.get_or_create(codename="add_room", defaults={
            "content_type": permission().content_type, "name": "Can add room"})
    assert (socket.close_code(), other.close_code()) == (SESSION_CHANGED, None)


def test_a_change_of_many_users_rights_holds_its_request_up_no_longer_than_for_a_few(
        alice, browser, socket_of, rf, monkeypatch):
    group = Group.objects.create(name="staff")
    user = get_user_model()
    users = user.objects.bulk_create(
        user(pk=number, username="user%d" % number) for number in range(1000, 1300))
    user.groups.through.objects.bulk_create(
        user.groups.through(group=group, user=each) for each in users + [alice])
    socket = socket_of(browser(alice))
    send, answered, in_time, late = ChannelGroup.send, threading.Event(), [], []

    def slow(channel_group, content, **kwargs):
        if threading.current_thread() is not threading.main_thread():
            assert answered.wait(10)
        if channel_group.name.startswith("auth."):
            (late if answered.is_set() else in_time).append(channel_group.name)
        send(channel_group, content, **kwargs)
    monkeypatch.setattr(ChannelGroup, "send", slow)
    monkeypatch.setattr(endings, "others", ThreadPoolExecutor(max_workers=1))
    SocketSessionMiddleware(lambda request: group.permissions.add(permission()))(rf.get("/"))
    answered.set()
    endings.others.shutdown()
    assert len(in_time) == 100 and len(set(in_time + late)) == 301
    assert socket.close_code() == SESSION_CHANGED


@pytest.mark.parametrize("again", [
    lambda alice, group: alice.groups.add(group),
    lambda alice, group: group.user_set.add(alice),
    lambda alice, group: group.permissions.add(permission()),
    lambda alice, group: permission().group_set.add(group),
], ids=["group", "user", "permission", "group of the permission"])
def test_rights_that_are_given_again_are_no_others(again, alice, browser, socket_of):
    group = Group.objects.create(name="staff")
    group.permissions.add(permission())
    alice.groups.add(group)
    socket = socket_of(browser(alice))
    again(alice, group)
    assert socket.close_code() is None


def test_a_save_that_has_failed_has_changed_nothing(alice, bob, browser, socket_of):
    socket = socket_of(browser(alice))
    alice.username, alice.is_superuser = "bob", True
    with pytest.raises(IntegrityError):
        alice.save()
    alice.save(update_fields=["last_login"])
    assert socket.close_code() is None


def another(instance):
    return get_user_model().objects.get(pk=instance.pk)


def named_as_bob(user):
    user.username = "bob"
    with contextlib.suppress(IntegrityError):
        user.save(update_fields=["username", "is_staff"])


@pytest.mark.parametrize("save", [
    lambda user: user.save(update_fields=["last_login"]),
    lambda user: another(user).save(),
    lambda user: named_as_bob(another(user)),
], ids=["of the same", "of another", "that fails"])
def test_a_save_within_a_save_hides_no_change(save, alice, bob, browser, socket_of):
    """As of a receiver that keeps something with the user."""
    def save_again(sender, instance, **kwargs):
        pre_save.disconnect(save_again, sender=sender)
        save(instance)
    socket = socket_of(browser(alice))
    pre_save.connect(save_again, sender=get_user_model())
    set_password(alice, None)
    assert socket.close_code() == SESSION_ENDED


def test_what_is_saved_gets_nothing_of_ours(alice):
    before = set(vars(alice))
    set_password(alice, None)
    assert set(vars(alice)) == before


@pytest.mark.parametrize("make", [lambda rf: None, lambda rf: rf.get("/")], ids=["no", "plain"])
def test_a_login_by_a_token_may_have_no_session(make, rf, alice, browser, socket_of):
    socket = socket_of(browser(alice))
    for receive in on_user_logged_in, on_logged_out:
        receive(sender=type(alice), request=make(rf), user=alice)
    assert socket.close_code() is None


def test_a_moderator_who_may_no_more_leaves_a_closed_room(alice, browser, socket_of):
    alice.user_permissions.add(permission())
    Room.objects.create(name="closed", closed=True)
    client = browser(alice)
    socket = socket_of(client, "/ws/chat/closed/")
    assert socket.close_code() is None
    alice.user_permissions.clear()
    assert socket.close_code() == SESSION_CHANGED
    assert socket_of(client, "/ws/chat/closed/").close_code() == 4403


def test_what_is_rolled_back_has_not_ended(alice, browser, socket_of):
    client = browser(alice)
    socket = socket_of(client)
    with transaction.atomic():
        for end in ("password", "session"):
            ENDS[end](alice, client)
        alice.user_permissions.add(permission())
        transaction.set_rollback(True)
    assert socket.close_code() is None


def test_nothing_is_sent_before_the_commit(alice, browser, socket_of):
    socket = socket_of(browser(alice))
    with transaction.atomic():
        set_password(alice, None)
        assert socket.close_code() is None
    assert socket.close_code() == SESSION_ENDED


def test_an_end_counts_for_more_than_a_change(alice, browser, socket_of, rf):
    def view(request):
        alice.user_permissions.add(permission())
        set_password(alice, None)
        alice.user_permissions.clear()
    socket = socket_of(browser(alice))
    SocketSessionMiddleware(view)(rf.get("/"))
    assert socket.close_code() == SESSION_ENDED


def test_a_failing_request_leaves_nothing_for_the_next(alice, browser, socket_of, rf):
    def fails(request):
        set_password(alice, None)
        raise ZeroDivisionError
    socket = socket_of(browser(alice))
    with pytest.raises(ZeroDivisionError):
        SocketSessionMiddleware(fails)(rf.get("/"))
    assert socket.close_code() == SESSION_ENDED


def test_a_request_within_another_tells_of_its_own_and_leaves_the_outer_ones(
        alice, bob, browser, socket_of, rf):
    first, second = socket_of(browser(alice)), socket_of(browser(bob))
    told = []

    def inner(request):
        set_password(bob, None)

    def outer(request):
        set_password(alice, None)
        SocketSessionMiddleware(inner)(rf.get("/"))
        told.extend([first.close_code(), second.close_code()])
    SocketSessionMiddleware(outer)(rf.get("/"))
    assert told == [None, SESSION_ENDED]
    assert first.close_code() == SESSION_ENDED


def test_a_project_closes_sockets_by_hand_and_hears_of_all(alice, bob, browser, socket_of):
    heard = []

    def hear(sender, user_key, session_key, code, **kwargs):
        heard.append((user_key, session_key, code))
    client = browser(bob)
    first, second = socket_of(browser(alice)), socket_of(client)
    sockets_disconnected.connect(hear)
    disconnect(user=alice.pk, code=4999)
    disconnect(session=client.session)
    assert (first.close_code(), second.close_code()) == (4999, SESSION_ENDED)
    assert heard == [(str(alice.pk), None, 4999),
                     (None, client.session.session_key, SESSION_ENDED)]


def test_an_unavailable_layer_fails_no_logout(alice, browser, socket_of, monkeypatch, caplog):
    client = browser(alice)
    socket_of(client)

    send = ChannelGroup.send

    def fail(group, content, **kwargs):
        if group.name.startswith("auth."):
            raise OSError("no Redis")
        send(group, content, **kwargs)
    monkeypatch.setattr(ChannelGroup, "send", fail)
    assert client.post("/accounts/logout/").status_code == 302
    assert not Session.objects.exists()
    assert "no Redis" in caplog.text


@pytest.mark.parametrize("asked, end", [
    ("tie.groups.user_key_in", "sessions"), ("decorators.get_user", "deactivation")])
def test_what_ends_just_after_the_database_was_asked_has_the_socket_refused(
        asked, end, alice, browser, monkeypatch):
    client = browser(alice)
    ask = get_user if asked.endswith("get_user") else groups.user_key_in

    def ask_and_end(subject):
        found = ask(subject)
        ENDS[end](alice, client)
        return found
    monkeypatch.setattr("channels_lts.auth." + asked, ask_and_end)
    with pytest.raises(Refused):  # daphne takes a close before the acceptance for a refusal
        Socket("/primer/visitor/", session_key=client.session.session_key).connect()


@pytest.mark.parametrize("path", ["/echo/", "/ws/chat/nowhere/"], ids=["is gone", "was refused"])
def test_nothing_reaches_a_socket_that(path, alice, browser):
    key = browser(alice).session.session_key
    names = [groups.session_group(key), groups.user_group(str(alice.pk))]
    socket = Socket(path, session_key=key)

    def reached():
        for name in names:
            ChannelGroup(name).send({"close": SESSION_ENDED})
        return len(list(iter(socket.next, None)))
    if path == "/echo/":
        socket.connect()
        assert reached() == len(names)
        socket.disconnect()
    else:
        with pytest.raises(Refused):
            socket.connect()
    assert reached() == 0
