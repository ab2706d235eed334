import re

import pytest
from channels import DEFAULT_CHANNEL_LAYER, Group
from channels.asgi import channel_layers
from channels.binding.base import BindingMetaclass

from channels_lts.admin.live import AdminBinding
from chat.models import Room
from display import groups as display_groups
from links.models import Link, LinkTag, Tag
from primer import news
from primer.models import IntegerValue

from ..support.sockets import Refused, Socket

pytestmark = pytest.mark.django_db(transaction=True)

SOCKETS = {
    "/users/": {"users"},
    "/updates/": {"link-updates", "tag-updates", "linktag-updates"},
    "/updates/links/": {"link-updates"},
    "/updates/tags/": {"tag-updates"},
    "/updates/linktags/": {"linktag-updates"},
    "/ws/notices/": set(),  # those of its visitor: tests/display/test_notices.py
    "/ws/chat/": {"chat-rooms"},
    "/ws/chat/lobby/": {"chat-room-1"},
    "/echo/": {"friends"},
    "/primer/class/": {"test"},
    "/primer/streams/": set(),
    "/primer/values/": {"intval-updates"},
    "/primer/visitor/": set(),
    "/primer/ordered/": set(),
    "/primer/work/": set(),
    "/primer/later/": set(),
    "/primer/news/": {"primer-news"},
}
# For staff alone: tests/channels_lts/admin/test_live.py, test_index.py
ADMIN = {"/ws/admin/admin/", "/ws/admin/admin/links.link/", "/ws/admin/admin/links.link/1/"}
SILENT = {"test"}  # seed 001 shows how to join it, and sends nothing there
OF_REQUESTS = {"primer-polls-0"}  # no socket joins it


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True


@pytest.fixture(autouse=True)
def lobby(db):
    return Room.objects.create(pk=1, name="lobby")


@pytest.fixture
def senders(alice, monkeypatch):
    """The groups that saving and deleting, logging in and out send to."""
    sent = set()
    monkeypatch.setattr(Group, "send", lambda group, content, **kwargs: sent.add(
        group.name.rpartition(".")[0] or group.name))  # auth's have a digest after a dot

    def exercise(client):
        link = Link.objects.create(name="x", url="https://example.com/", user=alice)
        tag = Tag.objects.create(name="x")
        LinkTag.objects.create(link=link, tag=tag)
        link.delete()
        client.post("/accounts/login/", {"username": "alice", "password": "alice"})
        client.post("/accounts/logout/")
        Room.objects.get().delete()
        Socket("/echo/").connect().say("x")
        IntegerValue.objects.create(name="x")
        news.tell("x")
        return sent
    return exercise


@pytest.mark.parametrize("path", sorted(SOCKETS))
def test_a_socket_joins_the_groups_of_the_design(path, channel_layer):
    socket = Socket(path).connect()
    joined = {name for name in set().union(*SOCKETS.values())
              if socket.reply_channel in channel_layer.group_channels(name)}
    assert joined == SOCKETS[path]


def test_every_group_has_a_sender_and_every_sender_a_joiner(senders, client):
    assert senders(client) == set().union(*SOCKETS.values()) - SILENT | OF_REQUESTS | {
        "auth.session", "admin", "admin-index-users", display_groups.LOGINS}
    assert display_groups.USERS in SOCKETS["/users/"]


def test_every_binding_sends_to_a_group_that_a_socket_joins():
    bindings = [klass for klass in BindingMetaclass.binding_classes
                if klass.model is not None and not klass.__module__.startswith("tests.")
                and not issubclass(klass, AdminBinding)]
    groups = {group for klass in bindings for group in klass.all_groups()}
    assert groups <= set().union(*SOCKETS.values())
    assert all(klass.has_fixed_groups() for klass in bindings)
    assert len(bindings) == 4


def connect_paths():
    """Every path of the routing with a websocket.connect route, as regular expressions."""
    def walk(routes, prefix):
        for route in routes:
            path = getattr(route, "prefixes", {}).get("path") or route.__dict__.get(
                "filters", {}).get("path")
            pattern = prefix + (path.pattern.lstrip("^") if path else "")
            if hasattr(route, "routing"):
                for found in walk(route.routing, pattern):
                    yield found
            elif "websocket.connect" in route.channels:
                yield pattern
    return set(walk(channel_layers[DEFAULT_CHANNEL_LAYER].router.root.routing, ""))


def test_the_list_above_is_the_whole_map():
    patterns = connect_paths() - {""}
    known = set(SOCKETS) | ADMIN
    assert {path for path in known if any(re.match(p, path) for p in patterns)} == known
    assert len(patterns) == len(known)


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/updates", "/updates/users/", "/users/x"])
def test_a_path_that_is_not_in_the_routing_is_refused(path):
    with pytest.raises(Refused):
        Socket(path).connect()


@pytest.mark.parametrize("path", sorted(SOCKETS))
@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_another_origin_is_refused_everywhere(path, origin):
    with pytest.raises(Refused):
        Socket(path, origin=origin).connect()
