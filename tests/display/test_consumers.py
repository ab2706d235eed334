from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from channels_lts.auth.sweeper import Sweeper
from channels_lts.conf import settings
from display.consumers import WHO
from display.models import LastSeen, LastSeenQuerySet, Login, shared_users, to_second

from ..support.sockets import Refused, Socket

pytestmark = pytest.mark.django_db(transaction=True)

VERSION = settings.PAGE_VERSION


@pytest.fixture
def open_access(settings):
    settings.OPEN_ACCESS = True


def without_times(frames):
    """Without when somebody was last seen."""
    for frame in frames:
        for user in [frame] + frame.get("users", []):
            user.pop("last_seen", None)
    return frames


def log_in(client, name):
    return client.post("/accounts/login/", {"username": name, "password": name})


def test_a_login_reaches_every_open_page(open_access, alice, client, open_socket):
    first, second = Socket("/users/").connect(), Socket("/users/").connect()
    assert log_in(client, "alice").status_code == 302
    for socket in (first, second):
        assert socket.frames() == [{"username": "alice", "is_logged_in": True}]


def test_a_logout_reaches_every_open_page(open_access, alice, client):
    log_in(client, "alice")
    socket = Socket("/users/").connect()
    client.post("/accounts/logout/")
    assert socket.frames() == [{"username": "alice", "is_logged_in": False}]


def test_logging_out_of_one_of_two_browsers_changes_nothing(
        open_access, alice, client):
    other = type(client)()
    log_in(client, "alice")
    log_in(other, "alice")
    socket = Socket("/users/").connect()
    client.post("/accounts/logout/")
    assert socket.frames() == []
    socket.say({"action": "who"})
    assert without_times(socket.frames()) == [{"users": [
        {"username": "alice", "is_logged_in": True, "is_online": False}], "version": VERSION}]


def test_a_login_counts_as_long_as_its_session(open_access, alice, client):
    log_in(client, "alice")
    Session.objects.update(expire_date=timezone.now())
    socket = Socket("/users/").connect()
    socket.say({"action": "who"})
    assert without_times(socket.frames()) == [{"users": [
        {"username": "alice", "is_logged_in": False, "is_online": False}], "version": VERSION}]


def test_signing_up_logs_in_and_is_seen(open_access, client, db):
    socket = Socket("/users/").connect()
    client.post("/accounts/signup/", {
        "username": "carol", "password1": "a long one 7", "password2": "a long one 7"})
    assert socket.frames() == [{"username": "carol", "is_logged_in": True}]


def test_a_socket_that_has_closed_gets_nothing(open_access, alice, client):
    socket = Socket("/users/").connect()
    socket.disconnect()
    log_in(client, "alice")
    assert socket.frames() == []


def test_who_lists_active_users_by_name(open_access, account, client):
    account("zoe")
    account("bob")
    account("gone", is_active=False)
    log_in(client, "zoe")
    socket = Socket("/users/").connect()
    socket.say({"action": "who"})
    assert without_times(socket.frames()) == [{"users": [
        {"username": "bob", "is_logged_in": False, "is_online": False},
        {"username": "zoe", "is_logged_in": True, "is_online": False},
    ], "version": VERSION}]


def test_a_long_list_leaves_out_who_is_logged_out(open_access, account, client, monkeypatch):
    monkeypatch.setattr("display.models.MOST_USERS", 2)
    for name in ("ann", "bob", "zoe"):
        account(name)
    log_in(client, "zoe")
    socket = Socket("/users/").connect()
    socket.say({"action": "who"})
    assert without_times(socket.frames()) == [{"users": [
        {"username": "ann", "is_logged_in": False, "is_online": False},
        {"username": "zoe", "is_logged_in": True, "is_online": False},
    ], "version": VERSION}]


def test_logins_that_are_over_do_not_pile_up(alice, client):
    for _ in range(3):
        log_in(client, "alice")
        Session.objects.all().delete()
        client.cookies.clear()
    log_in(client, "alice")
    assert Login.objects.count() == 1


def test_a_login_over_another_ends_that_one(open_access, alice, account, client):
    account("bob")
    log_in(client, "alice")
    socket = Socket("/users/").connect()
    login_page = {"username": "bob", "password": "bob"}
    client.post("/admin/login/", login_page)  # refuses: bob isn't staff
    assert socket.frames() == []
    bob = get_user_model().objects.get(username="bob")
    bob.is_staff = True
    bob.save()
    client.post("/admin/login/", login_page)
    assert socket.frames() == [
        {"username": "alice", "is_logged_in": False}, {"username": "bob", "is_logged_in": True}]
    assert [login.user for login in Login.objects.all()] == [bob]


def test_a_changed_password_does_not_log_out(open_access, admin, client):
    log_in(client, "admin")
    socket = Socket("/users/").connect()
    changed = client.post("/admin/password_change/", {
        "old_password": "admin", "new_password1": "a long one 7", "new_password2": "a long one 7"})
    assert changed.status_code == 302
    socket.say({"action": "who"})
    assert without_times(socket.frames()) == [{"users": [
        {"username": "admin", "is_logged_in": True, "is_online": False}], "version": VERSION}]


def test_a_session_that_expires_is_told(open_access, alice, client):
    log_in(client, "alice")
    socket = Socket("/users/").connect()
    Session.objects.update(expire_date=timezone.now())
    Sweeper(Session).sweep()
    assert socket.frames() == [{"username": "alice", "is_logged_in": False}]
    assert not Login.objects.exists()


def test_sessions_that_expire_together_cost_the_same_for_few_and_many(open_access, account, client):
    def queries(*names):
        for name in names:
            account(name)
            log_in(type(client)(), name)
        socket = Socket("/users/").connect()
        Session.objects.update(expire_date=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            Sweeper(Session).sweep()
        assert not Login.objects.exists()
        assert sorted(frame["username"] for frame in socket.frames()) == sorted(names)
        return len(captured)
    assert queries("ann", "bob", "carol") == queries("dave")


def test_a_session_that_expires_beside_another_is_not_told(open_access, alice, client):
    other = type(client)()
    log_in(client, "alice")
    log_in(other, "alice")
    socket = Socket("/users/").connect()
    Session.objects.get(session_key=other.session.session_key).delete()
    assert socket.frames() == []


@pytest.mark.parametrize("end", [
    lambda user: user.delete(),
    lambda user: (setattr(user, "is_active", False), user.save()),
], ids=["deleted", "deactivated"])
def test_who_is_no_account_any_more_leaves_the_list_at_once(
        open_access, alice, account, client, end):
    account("bob")
    log_in(client, "alice")
    socket = Socket("/users/").connect()
    end(alice)
    assert socket.frames() == [{"users": [
        {"username": "bob", "is_logged_in": False, "is_online": False}], "version": VERSION}]


def test_who_gets_another_name_has_it_in_the_list_at_once(open_access, alice, client):
    log_in(client, "alice")
    socket = Socket("/users/").connect()
    alice.username = "carol"
    alice.save()
    assert socket.frames() == [{"users": [
        {"username": "carol", "is_logged_in": True, "is_online": False}], "version": VERSION}]


def test_many_who_are_no_accounts_any_more_are_told_with_one_list(open_access, account):
    for name in ("ann", "bob", "carol"):
        account(name)
    socket = Socket("/users/").connect()
    get_user_model().objects.exclude(username="bob").delete()
    assert socket.frames() == [{"users": [
        {"username": "bob", "is_logged_in": False, "is_online": False}], "version": VERSION}]


def test_a_save_that_changes_nothing_that_is_shown_is_not_told(open_access, alice):
    socket = Socket("/users/").connect()
    alice.email = "alice@example.org"
    alice.save()
    alice.is_active = False
    with transaction.atomic():
        alice.save(update_fields=["is_active"])
        transaction.set_rollback(True)
    assert socket.frames() == []


@pytest.mark.parametrize("request_of", [lambda rf: None, lambda rf: rf.post("/")])
def test_a_login_without_a_session_is_no_event(open_access, alice, rf, request_of):
    socket = Socket("/users/").connect()
    user_logged_in.send(sender=type(alice), request=request_of(rf), user=alice)
    user_logged_out.send(sender=type(alice), request=request_of(rf), user=alice)
    assert socket.frames() == [] and not Login.objects.exists()


def test_an_anonymous_logout_is_no_event(open_access, client):
    socket = Socket("/users/").connect()
    assert client.post("/accounts/logout/").status_code == 302
    assert socket.frames() == []


def test_a_closed_socket_is_forgotten(open_access, alice, client, open_socket):
    log_in(client, "alice")
    socket = open_socket("/users/")
    key = "channels_lts.socket:%s" % socket.reply_channel
    assert cache.get(key)
    socket.disconnect()
    assert cache.get(key) is None


def test_a_refused_socket_leaves_nothing(alice, client):
    socket = Socket("/users/", session_key="a" * 32)
    with pytest.raises(Refused):
        socket.connect()
    assert cache.get("channels_lts.socket:%s" % socket.reply_channel) is None


def test_the_page_joins_before_it_is_accepted(open_access, monkeypatch, channel_layer):
    steps = []
    socket = Socket("/users/")
    monkeypatch.setattr(channel_layer.channel_layer, "group_add",
                        lambda group, channel: steps.append((group, channel)))
    send = channel_layer.channel_layer.send
    monkeypatch.setattr(channel_layer.channel_layer, "send",
                        lambda channel, message: steps.append(message) or send(channel, message))
    socket.deliver("websocket.connect", **socket.handshake)
    assert steps[1:] == [("users", socket.reply_channel), {"accept": True}]


@pytest.mark.parametrize("before", ['prefs={"a":1}', "a[b]=1", 'q="a b'])
def test_other_cookies_do_not_hide_the_session(alice, client, before):
    log_in(client, "alice")
    socket = Socket("/users/")
    cookie = "%s; sessionid=%s" % (before, client.session.session_key)
    socket.handshake["headers"].append((b"cookie", cookie.encode("ascii")))
    assert socket.connect()


@pytest.mark.parametrize("before, after", [([b"a=1"], []), ([], [b"a=1"]), ([b"a=1"], [b"b=2"])])
def test_the_session_is_found_among_several_cookie_headers(alice, client, before, after):
    log_in(client, "alice")
    key = client.session.session_key.encode("ascii")
    cookies = before + [b"sessionid=" + key] + after
    assert Socket("/users/", headers=[(b"cookie", value) for value in cookies]).connect()


@pytest.mark.parametrize("said,code", [
    ("not json", "bad_json"),
    ('{"action": "shout", "text": "hello"}', "unknown_action"),
    ('{"username": "alice", "is_logged_in": false}', "unknown_action"),
    ("[]", "unknown_action"),
    pytest.param('"%s"' % ("x" * 2000), "too_large", id="large"),
    pytest.param("[" * 1000, "bad_json", id="deep"),
])
def test_anything_else_is_answered_with_an_error_and_told_to_nobody(open_access, said, code):
    speaker, listener = Socket("/users/").connect(), Socket("/users/").connect()
    speaker.say(said)
    frames = speaker.frames()
    assert [frame["error"]["code"] for frame in frames] == [code]
    assert listener.frames() == []


def test_a_binary_frame_is_answered_with_an_error(open_access):
    socket = Socket("/users/").connect()
    socket.deliver("websocket.receive", bytes=b"\x00")
    assert socket.frame()["error"]["code"] == "not_text"


def test_closed_access_refuses_anonymous_visitors():
    with pytest.raises(Refused):
        Socket("/users/").connect()


def test_closed_access_lets_users_watch(alice, client, open_socket):
    log_in(client, "alice")
    socket = open_socket("/users/")
    socket.frames()
    socket.say({"action": "who"})
    assert socket.frame()["users"] == [
        {"username": "alice", "is_logged_in": True, "is_online": True}]


def test_closed_access_ends_with_the_session(alice, client, open_socket):
    log_in(client, "alice")
    socket = open_socket("/users/")
    client.post("/accounts/logout/")
    socket.frames()
    socket.say({"action": "who"})
    assert socket.frame()["error"]["code"] == "forbidden"


def test_a_session_key_in_the_url_is_ignored(alice, client):
    log_in(client, "alice")
    with pytest.raises(Refused):
        Socket("/users/", query="session_key=%s" % client.session.session_key).connect()


def test_a_rolled_back_login_is_not_announced(open_access, alice, client, rf):
    request = rf.post("/")
    request.session = client.session
    socket = Socket("/users/").connect()
    with transaction.atomic():
        user_logged_in.send(sender=type(alice), request=request, user=alice)
        transaction.set_rollback(True)
    assert socket.frames() == []


def test_who_opens_a_window_is_online_until_the_last_one_has_gone(
        open_access, alice, client, open_socket, clock):
    watcher = Socket("/users/").connect()
    log_in(client, "alice")
    first, second = open_socket("/users/"), open_socket("/users/")
    assert watcher.frames() == [{"username": "alice", "is_logged_in": True},
                                {"username": "alice", "is_online": True}]
    watcher.say({"action": "who"})
    assert watcher.frame() == {"users": [
        {"username": "alice", "is_logged_in": True, "is_online": True}], "version": VERSION}
    first.disconnect()
    clock(10)
    assert watcher.frames() == []
    second.disconnect()
    clock(10)
    assert without_times(watcher.frames()) == [{"username": "alice", "is_online": False}]


def test_many_who_go_at_once_are_told_with_one_list(
        open_access, account, client, open_socket, clock, monkeypatch):
    monkeypatch.setattr("display.receivers.MANY", 1)
    watcher = Socket("/users/").connect()
    sockets = []
    for name in ("ann", "bob"):
        account(name)
        client.cookies.clear()
        log_in(client, name)
        sockets.append(open_socket("/users/"))
    watcher.frames()
    for socket in sockets:
        socket.disconnect()
    clock(10)
    assert without_times(watcher.frames()) == [{"users": [
        {"username": "ann", "is_logged_in": True, "is_online": False},
        {"username": "bob", "is_logged_in": True, "is_online": False}], "version": VERSION}]
    assert LastSeen.objects.count() == 2


# When somebody was last seen


@pytest.fixture
def now(monkeypatch):
    """Sets the time at which somebody goes."""
    def at(text):
        clock = SimpleNamespace(now=lambda: parse_datetime(text))  # sessions have another
        monkeypatch.setattr("display.receivers.timezone", clock)
    return at


def listed(socket):
    """{name: when they were last seen} of who isn't here and has been."""
    socket.frames()
    socket.say({"action": "who"})
    return {user["username"]: user["last_seen"] for user in socket.frame()["users"]
            if "last_seen" in user}


def test_who_has_gone_was_last_seen_when_the_last_window_was_closed(
        open_access, alice, account, client, open_socket, clock, now):
    account("never")
    watcher = Socket("/users/").connect()
    client.force_login(alice)
    for text in ("2040-05-06T07:08:09.900Z", "2041-05-06T07:08:09.900Z"):
        now(text)
        first, second = open_socket("/users/"), open_socket("/updates/")
        first.disconnect()
        clock(10)
        assert listed(watcher) == {}
        second.disconnect()
        clock(10)
        frame, = watcher.frames()
        assert frame == {
            "username": "alice", "is_online": False, "last_seen": text[:19] + "Z"}
        assert listed(watcher) == {"alice": text[:19] + "Z"}


def test_nothing_is_written_for_frames_nor_for_a_page_that_is_loaded_again(
        open_access, alice, client, open_socket, clock):
    client.force_login(alice)
    socket = open_socket("/users/")
    with CaptureQueriesContext(connection) as queries:
        socket.say({"action": "who"})
        socket.disconnect()
        socket = open_socket("/users/")
        clock(10)
    assert [query for query in queries if not query["sql"].startswith("SELECT")] == []
    assert not LastSeen.objects.exists()


def test_a_login_without_a_window_counts(open_access, alice, client):
    LastSeen.objects.note([str(alice.pk)], parse_datetime("2001-01-01T00:00:00Z"))
    watcher = Socket("/users/").connect()
    assert listed(watcher) == {"alice": "2001-01-01T00:00:00Z"}
    log_in(client, "alice")
    alice.refresh_from_db()
    assert listed(watcher)["alice"] == to_second(alice.last_login)


def test_who_has_gone_with_their_account_is_not_written_down(alice, admin):
    LastSeen.objects.note([str(alice.pk), "4711"], timezone.now())
    assert [seen.user for seen in LastSeen.objects.all()] == [alice]
    alice.delete()
    LastSeen.objects.note([str(admin.pk)], timezone.now())
    assert [seen.user for seen in LastSeen.objects.all()] == [admin]


def test_two_workers_may_write_down_the_same_people_at_one_time(alice, admin, monkeypatch):
    create, at = LastSeenQuerySet.bulk_create, timezone.now()

    def create_after_another_worker(self, rows, *args, **options):
        if not LastSeen.objects.filter(user=alice).exists():
            LastSeen(user=alice, at=at).save(force_insert=True)
        return create(self, rows, *args, **options)
    monkeypatch.setattr(LastSeenQuerySet, "bulk_create", create_after_another_worker)
    LastSeen.objects.note([str(alice.pk), str(admin.pk)], at)
    assert {seen.user for seen in LastSeen.objects.all()} == {alice, admin}


# What `who` costs

@pytest.fixture
def second(monkeypatch):
    """The seconds in which uses are counted don't end."""
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)


def test_everybody_shares_an_answer(open_access, alice, django_assert_num_queries):
    first, second = Socket("/users/").connect(), Socket("/users/").connect()
    first.say({"action": "who"})
    with django_assert_num_queries(0):
        for _ in range(5):
            second.say({"action": "who"})
    assert second.frames() == 5 * first.frames()


def test_a_shared_answer_is_of_this_second(open_access, account, monkeypatch):
    account("ann")
    monkeypatch.setattr("workshop.answers.SharedAnswer.SECONDS", 0)
    socket = Socket("/users/").connect()
    socket.say({"action": "who"})
    account("bob")  # of which nobody is told
    socket.say({"action": "who"})
    assert [len(frame["users"]) for frame in socket.frames()] == [1, 2]


def test_what_is_asked_after_a_frame_has_its_change_in_it(
        open_access, alice, client, open_socket, clock):
    watcher = Socket("/users/").connect()

    def state():
        watcher.frames()
        watcher.say({"action": "who"})
        user, = watcher.frame()["users"]
        return user["is_logged_in"], user["is_online"]
    assert state() == (False, False)
    log_in(client, "alice")
    assert state() == (True, False)
    socket = open_socket("/users/")
    assert state() == (True, True)
    socket.disconnect()
    clock(10)
    assert state() == (True, False)
    client.post("/accounts/logout/")
    assert state() == (False, False)


def test_a_change_while_an_answer_is_computed_is_not_lost(open_access, account, monkeypatch):
    account("ann")
    compute = shared_users.compute

    def slowly():
        found = compute()
        monkeypatch.setattr(shared_users, "compute", compute)
        account("bob")
        shared_users.changed()
        return found
    monkeypatch.setattr(shared_users, "compute", slowly)
    socket = Socket("/users/").connect()
    for _ in range(2):
        socket.say({"action": "who"})
    assert [len(frame["users"]) for frame in socket.frames()] == [1, 2]


def test_a_user_asks_so_often_on_all_sockets_together(
        alice, account, client, open_socket, second):
    log_in(client, "alice")
    sockets = [open_socket("/users/") for _ in range(2)]
    for number in range(WHO.user):
        sockets[number % 2].say({"action": "who"})
        assert "users" in sockets[number % 2].frames()[-1]
    for socket in sockets:
        socket.frames()
        socket.say({"action": "who"})
        error = socket.frame()["error"]
        assert (error["code"], error["retry_after"]) == ("rate_limited", 10)


def test_anonymous_visitors_of_one_address_ask_so_often(open_access, second):
    for number in range(3):
        socket = Socket("/users/").connect()
        for _ in range(WHO.anonymous // 3):
            socket.say({"action": "who"})
            assert "users" in socket.frame()
    socket = Socket("/users/").connect()
    socket.say({"action": "who"})
    assert socket.frame()["error"]["code"] == "rate_limited"
