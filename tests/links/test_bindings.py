import json

import pytest
from django.db import transaction

from links.models import Link, LinkTag, Tag

from ..channels_lts.binding.frames import watch
from ..support.sockets import Refused, Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)


@pytest.fixture
def tag(alice):
    return Tag.objects.create(name="python", user=alice)


def payloads(socket, stream):
    frames = [frame for frame in socket.frames() if frame["stream"] == stream]
    return [frame["payload"] for frame in frames]


@pytest.mark.parametrize("path", ["/updates/", "/updates/links/"])
def test_a_link_is_followed_through_its_life(path, alice):
    socket = watch(path)
    link = Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)
    pk = link.pk
    for name in ("Django 1.11", "Django LTS"):
        link.name = name
        link.save()
    link.delete()
    told = payloads(socket, "links")
    assert [(p["action"], p["pk"], p["data"]["name"]) for p in told] == [
        ("create", pk, "Django"), ("update", pk, "Django 1.11"),
        ("update", pk, "Django LTS"), ("delete", pk, "Django LTS"),
    ]
    assert {p["model"] for p in told} == {"links.link"}


@pytest.mark.parametrize("path", ["/updates/", "/updates/tags/"])
def test_a_tag_is_followed_through_its_life(path, alice):
    socket = watch(path)
    tag = Tag.objects.create(name="python", user=alice)
    tag.delete()
    assert [p["action"] for p in payloads(socket, "tags")] == ["create", "delete"]


@pytest.mark.parametrize("path", ["/updates/", "/updates/linktags/"])
def test_a_links_tag_is_followed_through_its_life(path, link, tag):
    socket = watch(path)
    linktag = LinkTag.objects.create(link=link, tag=tag)
    pk = linktag.pk
    linktag.delete()
    told = payloads(socket, "linktags")
    assert [(p["action"], p["pk"]) for p in told] == [("create", pk), ("delete", pk)]
    assert told[1]["data"] == {"id": pk, "link": link.pk, "tag": tag.pk}


def test_each_socket_joins_only_its_own_streams(link, tag):
    socket = watch("/updates/tags/")
    link.save()
    assert socket.frames() == []


def test_a_frame_has_the_shape_of_the_api(link, tag, client):
    LinkTag.objects.create(link=link, tag=tag)
    socket = watch("/updates/links/")
    link.save()
    frame = socket.frame()
    assert frame["payload"]["data"] == client.get("/links/api/links/%d/" % link.pk).json()
    assert frame["payload"]["data"]["tags"] == [tag.pk]


def test_nothing_is_sent_before_the_commit(link):
    socket = watch("/updates/links/")
    with transaction.atomic():
        link.save()
        assert socket.frames() == []
    assert len(socket.frames()) == 1


def test_nothing_is_sent_for_what_was_rolled_back(link):
    socket = watch("/updates/links/")
    with transaction.atomic():
        link.save()
        transaction.set_rollback(True)
    assert socket.frames() == []


def test_a_closed_socket_gets_nothing(link):
    socket = watch("/updates/")
    socket.disconnect()
    link.save()
    assert socket.frames() == []


def test_a_page_of_another_site_is_refused():
    for origin in ("http://evil.example", None):
        with pytest.raises(Refused):
            Socket("/updates/", origin=origin).connect()


def change(pk):
    return {"stream": "links", "payload": {
        "action": "update", "pk": pk, "data": {"name": "changed"}}}


def test_closed_access_needs_the_model_permission(link, client, open_socket, alice, admin):
    client.force_login(alice)
    open_socket("/updates/").say(change(link.pk))
    assert Link.objects.get().name == "Django"
    client.force_login(admin)
    open_socket("/updates/").say(change(link.pk))
    assert Link.objects.get().name == "changed"


def test_closed_access_refuses_anonymous_writes(link):
    watch("/updates/").say(change(link.pk))
    assert Link.objects.get().name == "Django"


def test_open_access_is_the_workshops(link, settings):
    settings.OPEN_ACCESS = True
    watch("/updates/").say(change(link.pk))
    assert Link.objects.get().name == "changed"


def test_logging_out_ends_the_right_to_write_on_an_open_socket(link, client, open_socket, admin):
    client.force_login(admin)
    socket = open_socket("/updates/")
    client.post("/accounts/logout/")
    socket.say(json.dumps(change(link.pk)))
    assert Link.objects.get().name == "Django"


def test_the_longest_description_is_changed_for_another_one(link, settings):
    settings.OPEN_ACCESS = True
    before, after = ("%s%s" % (("x" * 15 + "\n") * (2 ** 12 - 1), end * 16) for end in "ab")
    Link.objects.update(description=before)
    socket = watch("/updates/links/")
    socket.frames()
    socket.say({"stream": "links", "payload": {
        "action": "update", "pk": link.pk, "base": {"description": before},
        "data": {"description": after}}})
    assert [sent["action"] for sent in payloads(socket, "links")] == ["update", "updated"]
