"""
Who is here, on the admin's index.
"""
import copy
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.template import RequestContext, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_script_prefix
from django.utils import timezone
from redis.exceptions import ConnectionError

from channels_lts import presence
from channels_lts.admin import people, places
from channels_lts.presence.memory import MemoryStore
from tests.support.sockets import Refused

from ..binding.models import Note, Topic
from . import urls

pytestmark = pytest.mark.django_db
with_commits = pytest.mark.django_db(transaction=True)
INDEX = "/ws/admin/admin/"
LIST = INDEX + "binding.note/"
HERE = {"action": "here"}


@pytest.fixture
def editor(account):
    """Somebody who may change notes, and nothing else."""
    editor = account("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_note"))
    return editor


@pytest.fixture
def as_user(open_socket):
    """Opens a socket in a browser of this user's own."""
    def enter(user, path):
        browser = Client()
        browser.force_login(user)
        return open_socket(path, session_key=browser.session.session_key)
    return enter


@pytest.fixture
def index(client):
    """What an index shows to somebody: texts by list."""
    def read(user):
        client.force_login(user)
        return Shown(client.get("/admin/"))
    return read


class Shown:
    def __init__(self, answer):
        assert answer.status_code == 200
        self.html = answer.content.decode("utf8")
        self.text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", self.of("live-lists")))

    def of(self, name):
        """The part of the page that begins with an element of this class."""
        return self.html.partition('class="%s"' % name)[2]

    def names(self, name):
        return re.findall("<bdi>(.*?)</bdi>", self.of(name).partition("<h3>")[0])


def payloads(socket):
    return [frame["payload"] for frame in socket.frames()]


# What the page shows, also without JavaScript


def test_the_index_shows_who_is_in_the_admin_and_at_what(index, as_user, admin, editor):
    note = Note.objects.create(room="hall")
    as_user(editor, LIST)
    as_user(editor, "%s%d/" % (LIST, note.pk))
    shown = index(admin)
    assert shown.names("live-in-admin") == ["admin", "editor"]
    assert 'href="/admin/binding/note/%d/change/"' % note.pk in shown.html
    assert 'href="/admin/binding/note/">Notes</a>' in shown.of("live-in-admin")
    assert "admin (you)" in shown.text and "editor (you)" not in shown.text


def test_the_index_shows_who_is_on_the_site_and_has_logged_in_last(index, admin, account, alice):
    for name in ("bob", "secret bob"):
        presence.track(Reply(name), account(name).pk, [presence.SITE])
    moment = timezone.now() - timezone.timedelta(days=1)
    get_user_model().objects.filter(pk=alice.pk).update(last_login=moment)
    get_user_model().objects.filter(username="secret bob").update(last_login=moment)
    shown = index(admin)
    assert shown.names("live-on-site") == ["bob"]
    assert shown.names("live-logins") == ["admin", "alice"]
    assert 'data-said="alice logged in"' in shown.html
    assert 'class="live-allow"' in shown.html and 'class="live-toasts"' in shown.html


def test_a_project_s_template_may_leave_the_announcements_out(rf, admin):
    admin.last_login = timezone.now()
    admin.save()
    request = rf.get("/admin/")
    request.user, request.current_app = admin, "admin"
    tag = Template("{% load live_admin %}{% live_people announces=False %}")
    html = tag.render(RequestContext(request, {}))
    assert 'class="live-logins"' in html
    assert "live-allow" not in html and "live-toasts" not in html


def site_places(request):
    if request.user.has_perm("auth.change_group"):
        yield "hall", "The <hall>", "/hall/"
    yield "cellar", "The cellar", "/cellar/"


def test_the_index_shows_what_people_on_the_site_look_at(index, admin, account, alice, settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, SITE_PLACES=__name__ + ".site_places")
    presence.track(Reply("alice"), alice.pk, [presence.SITE, "hall", "cellar", "elsewhere"])
    shown = index(admin)
    assert shown.names("live-on-site") == ["alice"]
    assert '<a href="/hall/">The &lt;hall&gt;</a>' in shown.of("live-on-site")
    assert '<a href="/cellar/">The cellar</a>' in shown.of("live-on-site")
    clerk = account("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_user"))
    shown = index(clerk)
    assert "cellar" in shown.of("live-on-site") and "hall" not in shown.of("live-on-site")


def test_an_open_index_is_told_who_turns_to_another_place(as_user, admin, alice, settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, SITE_PLACES=__name__ + ".site_places")
    presence.track(Reply("one"), alice.pk, [presence.SITE])
    socket = as_user(admin, INDEX)
    payloads(socket)
    presence.track(Reply("two"), alice.pk, [presence.SITE, "hall"])
    assert payloads(socket) == [HERE]


class Reply:
    def __init__(self, name):
        self.name = "websocket.send.%s!x" % name.replace(" ", "-")


def test_who_may_not_see_users_sees_the_people_in_the_admin_alone(
        index, as_user, admin, editor, alice):
    topic = Topic.objects.create(name="food")
    as_user(admin, INDEX + "binding.topic/%d/" % topic.pk)
    presence.track(Reply("alice"), alice.pk, [presence.SITE])
    shown = index(editor)
    assert shown.names("live-in-admin") == ["admin", "editor"]
    for hidden in ("alice", "Topic", "live-on-site", "live-logins"):
        assert hidden not in shown.of("live-lists")


def test_a_row_is_named_to_who_may_see_it_only(index, as_user, admin, editor, monkeypatch):
    note, other = [Note.objects.create(room="hall", text=text) for text in ("<tea>", "coffee")]
    monkeypatch.setattr(Note, "__str__", lambda note: note.text)
    for row in (note, other):
        as_user(admin, "%s%d/" % (LIST, row.pk))
    assert "coffee" in index(editor).text and "&lt;tea&gt;" in index(editor).html
    get_queryset = urls.NoteAdmin.get_queryset
    monkeypatch.setattr(urls.NoteAdmin, "get_queryset", lambda self, request: get_queryset(
        self, request).exclude(text="coffee"))
    may = urls.NoteAdmin.has_change_permission
    monkeypatch.setattr(urls.NoteAdmin, "has_change_permission", lambda self, request, obj=None: (
        may(self, request, obj) and (obj is None or obj.text != "<tea>")))
    shown = index(editor).of("live-in-admin")
    assert "coffee" not in shown and "tea" not in shown
    assert "Notes" in shown


def test_a_row_that_is_gone_is_its_list(index, as_user, admin):
    note = Note.objects.create(room="hall")
    as_user(admin, "%s%d/" % (LIST, note.pk))
    note.delete()
    assert "Notes" in index(admin).of("live-in-admin")


def test_very_many_people_and_pages_are_counted(index, as_user, admin, account):
    for number in range(30):
        user = account("user%d" % number)
        presence.track(Reply("site-%d" % number), user.pk, [presence.SITE])
        presence.track(
            Reply("admin-%d" % number), places.member(user), [places.scope_of("admin")])
    for _ in range(5):
        as_user(admin, "%s%d/" % (LIST, Note.objects.create(room="hall").pk))
    shown = index(admin)
    assert len(shown.names("live-in-admin")) == len(shown.names("live-on-site")) == 20
    assert [int(each) for each in re.findall(r"and (\d+) more", shown.text)] == [2, 11, 10]
    assert len(shown.names("live-logins")) == 1


def test_numbers_are_for_programs_whatever_the_language(client, account, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    note = Note.objects.create(room="hall")
    client.force_login(account("admin", pk=12345, is_staff=True, is_superuser=True))
    for path in ("", "binding/note/", "binding/note/%d/change/" % note.pk):
        html = client.get("/admin/" + path).content.decode("utf8")
        assert re.search(r'data-at="\d{10}" ', html), path
        assert path == "binding/note/" or 'data-me="12345"' in html, path
    html = client.get("/admin/").content.decode("utf8")
    assert re.search(r'data-user="12345" data-at="\d{10}\.\d{6}"', html)


def test_a_page_is_drawn_where_presence_cannot_be_asked(index, admin, monkeypatch):
    def away(*args):
        raise ConnectionError()
    monkeypatch.setattr(presence, "members", away)
    shown = index(admin)
    assert shown.text.count("This can't be told right now.") == 2
    assert shown.names("live-logins") == ["admin"]


def test_a_site_is_found_by_its_name_wherever_the_project_is_mounted():
    set_script_prefix("/sub/")
    try:
        assert people.site_named("admin") is urls.site
    finally:
        set_script_prefix("/")


def test_users_without_a_last_login_have_no_list_of_it(index, admin, monkeypatch):
    monkeypatch.setattr(people, "get_user_model", lambda: Note)
    assert not people.has_last_login()


def test_the_index_of_a_project_or_theme_is_extended(index, admin, settings, tmp_path):
    (tmp_path / "admin").mkdir()
    (tmp_path / "admin" / "index.html").write_text(
        '{% extends "admin/index.html" %}{% block content %}<h1>THEMED</h1>{% endblock %}')
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [str(tmp_path)]
    settings.TEMPLATES = templates
    shown = index(admin)
    assert "THEMED" in shown.html and shown.names("live-in-admin") == ["admin"]


# What the socket is told


def test_an_open_index_is_told_of_who_comes_goes_and_turns_to_another_page(
        as_user, index, admin, editor, clock):
    socket = as_user(admin, INDEX)
    assert payloads(socket)[0] == {"action": "following", "seq": {}}
    other = as_user(editor, LIST)
    assert payloads(socket) == [HERE]
    assert index(admin).names("live-in-admin") == ["admin", "editor"]
    other.disconnect()
    clock(60)
    assert payloads(socket) == [HERE]
    assert index(admin).names("live-in-admin") == ["admin"]


def test_who_closes_one_of_two_tabs_is_here_until_the_other_is_closed(
        as_user, index, admin, editor, clock):
    tabs = as_user(editor, LIST), as_user(editor, INDEX)
    for tab, left in zip(tabs, (["admin", "editor"], ["admin"])):
        tab.disconnect()
        clock(60)
        assert index(admin).names("live-in-admin") == left


@with_commits
def test_who_may_see_users_is_told_of_log_ins_and_of_the_site(
        as_user, client, admin, editor, alice):
    sockets = [as_user(user, INDEX) for user in (admin, editor)]
    for socket in sockets:
        socket.frames()
    client.force_login(alice)
    told = [payloads(socket) for socket in sockets]
    assert HERE in told[0] and told[1] == []
    presence.track(Reply("alice"), alice.pk, [presence.SITE])
    assert [payloads(socket) for socket in sockets] == [[HERE], []]


def test_another_site_of_the_admin_is_told_nothing(as_user, admin, editor):
    socket = as_user(admin, "/ws/admin/plain/")
    socket.frames()
    as_user(editor, LIST)
    assert payloads(socket) == []


@pytest.mark.parametrize("flags,path", [
    ({}, INDEX), ({"is_superuser": True}, INDEX), ({"is_staff": True}, "/ws/admin/elsewhere/")])
def test_nobody_else_may_open_it(as_user, account, flags, path):
    with pytest.raises(Refused):
        as_user(account("somebody", **flags), path)


def test_an_anonymous_visitor_may_not(open_socket):
    with pytest.raises(Refused):
        open_socket(INDEX)


@with_commits
def test_whose_right_is_withdrawn_is_told_nothing_more(as_user, admin, editor, alice, client):
    editor.user_permissions.add(Permission.objects.get(codename="change_user"))
    socket = as_user(editor, INDEX)
    editor.user_permissions.clear()
    assert socket.close_code() == 4012
    socket.disconnect()
    again = as_user(editor, INDEX)
    again.frames()
    client.force_login(alice)
    assert payloads(again) == payloads(socket) == []
    get_user_model().objects.get(pk=editor.pk).user_permissions.add(
        Permission.objects.get(codename="change_user"))
    assert again.close_code() == 4012
    editor.is_staff = False
    editor.save()
    with pytest.raises(Refused):
        as_user(editor, INDEX)


def test_who_has_a_form_open_twice_is_there_until_the_last_is_closed(
        as_user, admin, editor, clock):
    editor.is_superuser = True
    editor.save()
    note = Note.objects.create(room="hall")
    socket = as_user(admin, "%s%d/" % (LIST, note.pk))
    as_user(editor, "%s%d/" % (LIST, note.pk))
    proxy = as_user(editor, "%sbinding.memo/%d/" % (INDEX, note.pk))
    socket.frames()
    proxy.disconnect()
    clock(60)
    assert payloads(socket) == [{"action": "people", "people": {str(editor.pk): "editor"}}]


# What it costs


@pytest.fixture
def commands(channel_layer, monkeypatch):
    """Commands that Redis would have to do for presence, and for the frames to groups."""
    done = []

    def count(owner, name):
        original = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, **kwargs: (
            done.append(name), original(*args, **kwargs))[1])
    for name in ("track", "untrack", "members", "acknowledge"):
        count(MemoryStore, name)
    count(channel_layer, "send_group")
    return done


def test_an_index_costs_what_the_table_says(client, admin, editor, alice, as_user, commands):
    notes = [Note.objects.create(room="hall") for _ in range(3)]
    for note in notes:
        as_user(editor, "%s%d/" % (LIST, note.pk))
    presence.track(Reply("alice"), alice.pk, [presence.SITE])
    client.force_login(admin)
    asked = {}
    for path in ("/plain/", "/admin/"):
        del commands[:]
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked[path] = len(captured), list(commands)
    assert asked["/admin/"][0] - asked["/plain/"][0] == 4  # names, a model's rows, site, log-ins
    assert asked["/admin/"][1] == ["members", "members"] and asked["/plain/"][1] == []


def test_an_open_page_costs_what_the_table_says(as_user, editor, clock, commands):
    told = ["send_group", "acknowledge"]
    form = as_user(editor, "%s%d/" % (LIST, Note.objects.create(room="hall").pk))
    assert sorted(commands) == sorted(["track"] + told + ["send_group", "members"])
    del commands[:]
    form.disconnect()
    clock(60)
    assert sorted(commands) == sorted(["untrack"] + told + ["send_group", "members"])
    del commands[:]
    socket = as_user(editor, LIST)
    assert commands == ["track"] + told
    again = as_user(editor, LIST)
    assert commands[3:] == ["track"]
    again.disconnect()
    socket.disconnect()
    clock(60)
    assert commands[4:] == ["untrack", "untrack"] + told
