"""
Who changed a row: in the frames of those who may know, and in the admin's history.
"""
import json

import pytest
from django.contrib.admin.models import LogEntry

from links.models import Link, LinkTag, Tag

from ..support.sockets import Socket
from .openapi import API

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"
PATHS = pytest.mark.parametrize("path", ["/updates/", "/updates/links/"])


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)


@pytest.fixture
def tag(alice):
    return Tag.objects.create(name="python", user=alice)


def opened(open_socket, path="/updates/"):
    socket = open_socket(path)
    socket.frames()
    return socket


def watching(path="/updates/"):
    """An anonymous visitor's."""
    socket = Socket(path).connect()
    socket.frames()
    return socket


def say(socket, action, stream="links", **payload):
    socket.say({"stream": stream, "payload": dict(payload, action=action)})


def actors(socket, stream="links"):
    """[(action, who did it)] of the frames of changes, None if it isn't given."""
    return [(payload["action"], payload.get("actor")) for payload in (
        frame["payload"] for frame in socket.frames() if frame.get("stream") == stream)
        if payload["action"] in ("create", "update", "delete")]


# Frames


@PATHS
def test_who_is_logged_in_hears_who_changes_a_row_by_a_socket(
        path, link, client, open_socket, alice, admin):
    client.force_login(alice)
    watcher = opened(open_socket, path)
    client.force_login(admin)
    writer = opened(open_socket)
    say(writer, "create", data={"name": "x", "url": "https://x.example/"})
    say(writer, "update", pk=link.pk, data={"name": "y"})
    say(writer, "delete", pk=link.pk)
    assert actors(watcher) == [(action, "admin") for action in ("create", "update", "delete")]


@PATHS
def test_an_anonymous_visitor_hears_the_change_and_not_whose(
        path, link, client, open_socket, admin):
    watcher = watching(path)
    client.force_login(admin)
    say(opened(open_socket), "update", pk=link.pk, data={"name": "y"})
    assert actors(watcher) == [("update", None)]


def test_with_open_access_everybody_hears_it_by_one_group(
        link, client, open_socket, settings, alice):
    settings.OPEN_ACCESS = True
    watcher = watching()
    client.force_login(alice)
    writer = opened(open_socket)
    say(writer, "update", pk=link.pk, data={"name": "y"})
    assert actors(watcher) == actors(writer) == [("update", "alice")]
    say(watcher, "update", pk=link.pk, data={"name": "z"})
    assert actors(writer) == [("update", None)]


def test_requests_have_an_actor_too_and_other_programs_none(
        link, tag, client, open_socket, admin):
    client.force_login(admin)
    watcher = opened(open_socket)
    client.patch(API + "links/%d/" % link.pk, '{"name": "y"}', JSON)
    assert actors(watcher) == [("update", "admin")]
    client.post("/admin/links/tag/add/", {"name": "by the admin"})
    assert actors(watcher, "tags") == [("create", "admin")]
    tag.save()
    assert actors(watcher, "tags") == [("update", None)]


def test_nobody_is_left_over_from_the_request_before(link, tag, client, open_socket, admin):
    client.force_login(admin)
    watcher = opened(open_socket)
    client.patch(API + "links/%d/" % link.pk, '{"name": "y"}', JSON)
    say(watcher, "update", pk=link.pk, data={"name": "z"})
    watcher.frames()
    link.save()
    assert actors(watcher) == [("update", None)]


def test_a_tag_that_somebody_puts_on_a_link_changes_the_link_by_them(
        link, tag, client, open_socket, admin):
    client.force_login(admin)
    watcher = opened(open_socket)
    say(watcher, "create", "linktags", data={"link": link.pk, "tag": tag.pk})
    assert actors(watcher) == [("update", "admin")]


def test_numbers_are_those_of_the_group_that_a_socket_is_in(link, client, open_socket, alice):
    client.force_login(alice)
    for connect in (open_socket, lambda path: Socket(path).connect()):
        socket = connect("/updates/links/")
        greeting, = socket.frames()
        link.save()
        change, = socket.frames()
        assert change["payload"]["seq"] == greeting["payload"]["seq"] + 1
        socket.say({"stream": "links", "payload": {"action": "sync"}})
        assert socket.frame()["payload"]["seq"] == change["payload"]["seq"]


def test_a_page_whose_visitor_has_logged_in_goes_on_from_its_numbers(
        link, client, open_socket, alice):
    anonymous = watching("/updates/links/")
    client.force_login(alice)
    named = opened(open_socket, "/updates/links/")
    for _ in range(2):
        link.save()
    assert ([frame["payload"]["seq"] for frame in anonymous.frames()]
            == [frame["payload"]["seq"] for frame in named.frames()])


def test_a_socket_that_heard_names_hears_nothing_when_it_has_closed(
        link, client, open_socket, alice):
    client.force_login(alice)
    socket = opened(open_socket)
    client.post("/accounts/logout/")
    socket.frames()
    socket.disconnect()
    link.save()
    assert socket.frames() == []


def test_to_ask_for_the_newest_number_costs_no_query(
        link, client, open_socket, alice, django_assert_num_queries):
    client.force_login(alice)
    socket = opened(open_socket)
    with django_assert_num_queries(0):
        say(socket, "sync")
    assert socket.frame()["payload"]["action"] == "sync"


# The admin's history


def history(client, row):
    page = client.get("/admin/links/%s/%d/history/" % (row._meta.model_name, row.pk))
    return [(entry.user.get_username(), entry.get_change_message())
            for entry in page.context["action_list"]]


def test_what_is_written_by_a_socket_stands_in_the_admin_s_history(
        tag, client, open_socket, admin):
    client.force_login(admin)
    socket = opened(open_socket)
    say(socket, "create", data={"name": "x", "url": "https://x.example/"})
    link = Link.objects.get()
    say(socket, "update", pk=link.pk, data={"name": "y", "url": link.url, "pending": True})
    socket.frames()
    say(socket, "create", "linktags", data={"link": link.pk, "tag": tag.pk})
    say(socket, "delete", "linktags", pk=LinkTag.objects.get().pk)
    socket.frames()
    assert history(client, link) == [
        ("admin", "Added."), ("admin", "Changed name and pending."),
        ("admin", 'Added link\'s tag "y: python".'), ("admin", 'Deleted link\'s tag "y: python".')]
    say(socket, "delete", pk=link.pk)
    entry = LogEntry.objects.first()
    assert (entry.is_deletion(), entry.object_id, entry.object_repr) == (True, str(link.pk), "y")


def test_so_does_what_is_written_by_rest(client, admin):
    client.force_login(admin)
    made = client.post(API + "tags/", '{"name": "x"}', JSON).json()
    tag = Tag.objects.get()
    for name in ("y", "y"):
        client.patch(API + "tags/%d/" % tag.pk, json.dumps({"name": name}), JSON)
    assert history(client, tag) == [("admin", "Added."), ("admin", "Changed name.")]
    client.delete(API + "tags/%d/" % made["id"])
    assert LogEntry.objects.first().is_deletion()


def test_nothing_stands_there_of_what_changed_nothing_or_was_refused(
        link, client, open_socket, admin):
    client.force_login(admin)
    socket = opened(open_socket)
    say(socket, "update", pk=link.pk, data={"name": "Django"})
    say(socket, "update", pk=link.pk, data={"url": "no address"})
    say(socket, "create", data={"name": "x"})
    say(socket, "delete", pk=link.pk, base={"name": "another"})
    assert not LogEntry.objects.exists()


def test_an_anonymous_visitor_s_change_is_nobody_s(link, settings):
    settings.OPEN_ACCESS = True
    say(watching(), "update", pk=link.pk, data={"name": "y"})
    assert Link.objects.get().name == "y" and not LogEntry.objects.exists()
