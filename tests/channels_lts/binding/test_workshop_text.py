"""
The workshop's own text: its bindings, demultiplexers and routes with other import lines only.
"""
import glob
import os
import re
import sys
from collections import defaultdict
from types import ModuleType

import pytest
from channels.binding.base import BindingMetaclass
from channels.test.base import apply_routes
from django.db import transaction

from channels_lts.binding import relations
from links.models import Link, LinkTag, Tag
from tests.support import ROOT
from tests.support.sockets import Socket

from .frames import Ear, payloads, told

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://example.com/"
SEED = os.path.join(os.path.dirname(ROOT), "shared", "seeds", "000*.txt")
IMPORTS = [
    ("from channels.binding", "from channels_lts.binding"),
    ("from channels.generic", "from channels_lts.generic"),
    ("from .models", "from links.models"),
    ("from links.bindings", "from workshop_text.bindings"),
]

# The same idioms, for clones without the seeds beside them.
BINDINGS = """
from channels.binding.websockets import WebsocketBinding

from .models import Link, Tag


class LinkBinding(WebsocketBinding):
    model = Link
    stream = 'links'
    fields = ['id', 'name', 'url', 'pending', 'description', 'tags', 'user']

    @classmethod
    def group_names(cls, instance):
        return ['link-updates']

    def has_permission(self, user, action, pk):
        return True


class TagBinding(WebsocketBinding):
    model = Tag
    stream = 'tags'
    fields = ['id', 'name', 'description', 'user']

    @classmethod
    def group_names(cls, instance):
        return ['tags-updates']

    def has_permission(self, user, action, pk):
        return True
"""
ROUTING = """
from channels.generic.websockets import WebsocketDemultiplexer
from channels.routing import route_class

from links.bindings import LinkBinding, TagBinding


class APIDemultiplexer(WebsocketDemultiplexer):
    consumers = {'links': LinkBinding.consumer, 'tags': TagBinding.consumer}

    def connection_groups(self, **kwargs):
        return ['link-updates', 'tag-updates']


class LinkDemultiplexer(WebsocketDemultiplexer):
    consumers = {'links': LinkBinding.consumer}

    def connection_groups(self, **kwargs):
        return ['link-updates']


class TagDemultiplexer(WebsocketDemultiplexer):
    consumers = {'tags': TagBinding.consumer}

    def connection_groups(self, **kwargs):
        return ['tag-updates']


channel_routing = [
    route_class(APIDemultiplexer, path='^/updates/$'),
    route_class(LinkDemultiplexer, path='^/updates/links/$'),
    route_class(TagDemultiplexer, path='^/updates/tags/$'),
]
"""


def seed():
    """The code of the workshop's bindings and routing."""
    found = glob.glob(SEED)
    if not found:
        pytest.skip("no seeds beside the checkout: %s" % SEED)
    with open(found[0], encoding="utf8") as text:
        blocks = re.findall(r"```python\n(.*?)```", text.read(), re.S)
    bindings, = [block for block in blocks if "(WebsocketBinding)" in block]
    routing, = [block for block in blocks if "(WebsocketDemultiplexer)" in block]
    return bindings, routing


def run(name, text):
    for old, new in IMPORTS:
        text = text.replace(old, new)
    module = ModuleType("workshop_text." + name)
    sys.modules[module.__name__] = module
    exec(text, vars(module))
    return module


@pytest.fixture(params=["the seed", "its idioms"])
def routing(request, monkeypatch):
    """The routing, with no other bindings but its own."""
    bindings, routes = seed() if request.param == "the seed" else (BINDINGS, ROUTING)
    monkeypatch.setattr(relations, "by_label", defaultdict(list))
    monkeypatch.setattr(relations, "by_target", defaultdict(list))
    monkeypatch.setattr(BindingMetaclass, "binding_classes", [])
    monkeypatch.setitem(sys.modules, "workshop_text", ModuleType("workshop_text"))
    run("bindings", bindings)
    with apply_routes(run("routing", routes).channel_routing):
        yield
    for name in ("bindings", "routing"):
        del sys.modules["workshop_text." + name]


@pytest.fixture
def stock_frames(settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, ANSWER_FRAMES=False)


@pytest.mark.parametrize("path", ["/updates/", "/updates/links/"])
def test_a_page_follows_the_links(routing, stock_frames, path, alice):
    socket = Socket(path).connect()
    assert socket.frames() == []
    with transaction.atomic():
        link = Link.objects.create(name="x", url=URL, user=alice)
        assert socket.frames() == []
    link.name = "y"
    link.save()
    pk = link.pk
    link.delete()
    frames = payloads(socket, "links")
    assert [(sent["action"], sent["pk"], sent["data"]["name"]) for sent in frames] == [
        ("create", pk, "x"), ("update", pk, "y"), ("delete", pk, "y")]
    first = frames[0]["seq"]
    assert [sent["seq"] for sent in frames] == [first, first + 1, first + 2]
    assert {sent["model"] for sent in frames} == {"links.link"}
    assert set(frames[0]) == {"action", "pk", "data", "model", "seq"}


def test_nothing_is_sent_of_what_was_rolled_back(routing, stock_frames, alice):
    socket = Socket("/updates/").connect()
    with transaction.atomic():
        Link.objects.create(name="x", url=URL, user=alice)
        transaction.set_rollback(True)
    assert socket.frames() == []


def test_a_page_writes_and_is_answered_by_nobody(routing, stock_frames, alice):
    socket = Socket("/updates/links/").connect()
    data = {"name": "x", "url": URL, "user": alice.pk}
    socket.say({"stream": "links", "payload": {"action": "create", "data": data}})
    link = Link.objects.get()
    socket.say({"stream": "links", "payload": {
        "action": "update", "pk": str(link.pk), "data": {"name": "y", "password": "z"}}})
    assert told(socket, "links") == [("create", link.pk), ("update", link.pk)]
    assert Link.objects.get().name == "y"


def test_with_answers_it_is_greeted_and_answered(routing, alice):
    socket = Socket("/updates/").connect()
    assert [frame["payload"]["action"] for frame in socket.frames()] == ["sync"]
    socket.say({"stream": "links", "payload": {"action": "create", "data": {"name": ""}}})
    answer, = payloads(socket, "links")
    assert (answer["action"], answer["code"]) == ("error", "invalid")


def test_a_link_is_told_with_a_new_tag(routing, stock_frames, alice):
    link = Link.objects.create(name="x", url=URL, user=alice)
    socket = Socket("/updates/links/").connect()
    tag = Tag.objects.create(name="t")
    LinkTag.objects.create(link=link, tag=tag)
    sent, = payloads(socket, "links")
    assert sent["data"]["tags"] == [tag.pk]


def test_tags_go_to_the_group_that_the_text_names_which_no_socket_joins(routing, stock_frames):
    socket, ear = Socket("/updates/tags/").connect(), Ear("tags-updates")
    tag = Tag.objects.create(name="x")
    assert socket.frames() == []
    assert ear.told() == [("create", tag.pk)]
