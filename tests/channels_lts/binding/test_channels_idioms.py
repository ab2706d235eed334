"""
What channels 1.1.8 documents of bindings and demultiplexers, on the engine's classes and mixed
with channels' own.
"""
from collections import defaultdict

import pytest
from channels import route_class
from channels.binding.base import UPDATE, BindingMetaclass
from channels.binding.websockets import WebsocketBinding as ChannelsBinding
from channels.generic.websockets import JsonWebsocketConsumer as ChannelsConsumer
from channels.generic.websockets import WebsocketDemultiplexer as ChannelsDemultiplexer
from channels.test import WSClient
from channels.test.base import apply_routes
from django.contrib.sessions.models import Session
from django.core.cache.backends.dummy import DummyCache
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from channels_lts.binding import WebsocketBinding, WebsocketBindingWithMembers, checks, relations
from channels_lts.generic.websockets import JsonWebsocketConsumer, WebsocketDemultiplexer
from links.models import Link, Tag
from tests.support.sockets import Refused, Socket

from .frames import Ear

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://example.com/"


@pytest.fixture(autouse=True)
def foreign(settings, monkeypatch, channel_layer):
    """A project with the defaults, and no bindings but the test's own."""
    settings.CHANNELS_LTS = {}
    monkeypatch.setattr(relations, "by_label", defaultdict(list))
    monkeypatch.setattr(relations, "by_target", defaultdict(list))
    monkeypatch.setattr(BindingMetaclass, "binding_classes", [])
    signals = pre_save, post_save, pre_delete, post_delete  # channels' own bindings connect
    for signal in signals:
        monkeypatch.setattr(signal, "receivers", list(signal.receivers))
    yield
    monkeypatch.undo()
    for signal in signals:
        signal.sender_receivers_cache.clear()
    channel_layer.channel_layer.frames.clear()  # they aren't the site's


def binding(base=WebsocketBinding, **attributes):
    attributes = dict({
        "model": Tag, "stream": "tags", "fields": ["name", "description"],
        "group_names": classmethod(lambda cls, instance: ["tags"]),
        "has_permission": lambda self, user, action, pk: True}, **attributes)
    return type(base)("TagBinding", (base,), attributes)


def say(socket, stream="tags", **payload):
    socket.say({"stream": stream, "payload": payload})


def demultiplexer(base=WebsocketDemultiplexer, **attributes):
    return type("Demultiplexer", (base,), attributes)


@pytest.fixture
def routed():
    """Routes "/" to a class."""
    stack = []

    def route(consumer):
        routes = apply_routes([route_class(consumer, path="^/$")])
        routes.enter()
        stack.append(routes)
    yield route
    for routes in stack:
        routes.exit()


# Consumers on streams


class Echo(JsonWebsocketConsumer):
    def connect(self, message, multiplexer, **kwargs):
        multiplexer.send({"hello": multiplexer.stream})

    def receive(self, content, multiplexer, **kwargs):
        self.send({"by": "send", "got": content})
        multiplexer.send({"by": "multiplexer"})


class ChannelsEcho(ChannelsConsumer):
    connect, receive = Echo.connect, Echo.receive


@pytest.mark.parametrize("consumer", [Echo, ChannelsEcho])
def test_a_consumer_answers_on_its_stream(consumer, routed):
    before = dict(vars(consumer))
    routed(demultiplexer(consumers={"a": consumer, "b": consumer}))
    socket = Socket("/").connect()
    assert socket.frames() == [
        {"stream": name, "payload": {"hello": name}} for name in ("a", "b")]
    say(socket, "b", x=1)
    assert socket.frames() == [
        {"stream": "b", "payload": {"by": "send", "got": {"x": 1}}},
        {"stream": "b", "payload": {"by": "multiplexer"}}]
    assert dict(vars(consumer)) == before


def test_class_level_groups_and_a_binding_without_a_group_are_joined(routed):
    one = binding(group_names=classmethod(lambda cls, instance: ["all-%s" % instance.name]))
    routed(demultiplexer(consumers={"tags": one.consumer}, groups=["all-x"]))
    socket = Socket("/").connect()
    Tag.objects.create(name="x")
    Tag.objects.create(name="y")
    assert [frame["payload"]["data"]["name"] for frame in socket.frames()] == ["x"]


@pytest.mark.parametrize("text", ["", "{", "null", "{}", '{"stream": "no", "payload": {}}',
                                  '{"stream": "tags", "payload": []}'])
def test_mistakes_raise_as_in_channels_and_nobody_is_answered(text, routed):
    routed(demultiplexer(consumers={"tags": binding().consumer}, groups=["tags"]))
    socket = Socket("/").connect()
    with pytest.raises(ValueError):
        socket.say(text)
    assert socket.frames() == []


def test_a_client_without_an_origin_comes_in_unless_one_is_required(routed, settings):
    routed(demultiplexer(consumers={"tags": binding().consumer}))
    WSClient().send_and_consume("websocket.connect", path="/")
    Socket("/", origin=None).connect()
    with pytest.raises(Refused):
        Socket("/", origin="http://evil.example").connect()
    settings.CHANNELS_LTS = {"REQUIRE_ORIGIN": True}
    with pytest.raises(Refused):
        Socket("/", origin=None).connect()


# Users and sessions


def test_the_channel_session_is_there_and_makes_a_row_when_it_is_used(routed, client, alice):
    class Counter(JsonWebsocketConsumer):
        def connect(self, message, **kwargs):
            """Says nothing."""

        def receive(self, content, **kwargs):
            session = self.message.channel_session
            session["count"] = session.get("count", 0) + 1
            self.send({"count": session["count"], "user": self.message.user.username})

    client.force_login(alice)
    routed(demultiplexer(consumers={"c": Counter}, http_user=True))
    socket = Socket("/", session_key=client.session.session_key).connect()
    rows = Session.objects.count()
    say(socket, "c")
    say(socket, "c")
    assert [frame["payload"] for frame in socket.frames()] == [
        {"count": 1, "user": "alice"}, {"count": 2, "user": "alice"}]
    assert Session.objects.count() == rows + 1


@pytest.mark.parametrize("base", [WebsocketBinding, ChannelsBinding])
@pytest.mark.parametrize("outer", [WebsocketDemultiplexer, ChannelsDemultiplexer])
def test_a_binding_knows_the_user_in_either_demultiplexer(base, outer, routed, client, alice):
    users = []
    one = binding(base, has_permission=lambda self, user, action, pk: users.append(
        user.get_username()) or True)
    client.force_login(alice)
    routed(demultiplexer(outer, consumers={"tags": one.consumer}, groups=["tags"],
                         http_user=True))
    socket = Socket("/", session_key=client.session.session_key).connect()
    say(socket, action="create", data={"name": "x"})
    assert users == ["alice"]
    assert [frame["payload"]["action"] for frame in socket.frames()] == ["create"]
    client.logout()
    say(socket, action="create", data={"name": "y"})
    assert users[1] == ("" if outer is WebsocketDemultiplexer else "alice")


def test_nobody_is_anonymous_in_channels_demultiplexer(routed):
    users = []
    one = binding(has_permission=lambda self, user, action, pk: users.append(
        user.is_anonymous) or False)
    routed(demultiplexer(ChannelsDemultiplexer, consumers={"tags": one.consumer}))
    socket = Socket("/").connect()
    say(socket, action="create", data={"name": "x"})
    assert users == [True]
    assert not Tag.objects.exists()


def test_frames_are_handled_in_order_whatever_their_stream(routed):
    got = []
    one = binding(strict_ordering=True, slight_ordering=True,
                  create=lambda self, data: got.append(data["name"]))
    routed(demultiplexer(consumers={"tags": one.consumer, "echo": Echo}))
    socket = Socket("/").connect()
    content = [("echo", {}), ("tags", {"action": "create", "data": {"name": "a"}}),
               ("tags", {"action": "create", "data": {"name": "b"}})]
    for order in (3, 1, 2):
        stream, payload = content[order - 1]
        socket.order = order
        say(socket, stream, **payload)
    while socket.consume("websocket.receive", fail_on_none=False):
        pass
    assert got == ["a", "b"]


# Hooks of a binding


def test_create_and_update_are_overridden_as_in_channels(routed):
    def create(self, data):
        Tag.objects.create(name=data["name"].upper())

    def update(self, pk, data):
        Tag.objects.filter(pk=pk).update(name=data["name"].upper())

    one = binding(create=create, update=update, answer_frames=True)
    routed(demultiplexer(consumers={"tags": one.consumer}))
    socket = Socket("/").connect()
    say(socket, action="create", data={"name": "x"})
    tag = Tag.objects.get()
    say(socket, action="update", pk=tag.pk, data={"name": "y"})
    assert [frame["payload"] for frame in socket.frames()] == [
        {"action": "created", "pk": None, "data": None},
        {"action": "updated", "pk": tag.pk, "data": {"name": "Y", "description": ""}}]


def test_serialize_data_and_serialize_and_send_messages_are_overridden():
    sent = []

    class Loud(WebsocketBinding):
        model = Tag
        stream = "tags"
        fields = ["name", "nothing"]

        @classmethod
        def group_names(cls, instance):
            return ["tags"]

        def serialize_data(self, instance):
            return dict(super().serialize_data(instance), loud=instance.name.upper())

        def serialize(self, instance, action):
            return {} if instance.name == "secret" else dict(
                super().serialize(instance, action), more=1)

        def send_messages(self, instance, group_names, action, **kwargs):
            sent.append((instance.name, list(group_names), action, kwargs.get("raw")))
            super().send_messages(instance, group_names, action, **kwargs)

    ear = Ear("tags")
    tag = Tag.objects.create(name="x")
    Tag.objects.create(name="secret")
    tag.delete()
    assert [(sent["data"], sent["more"]) for sent in ear.payloads()] == [
        ({"name": "x", "loud": "X"}, 1)] * 2
    assert sent == [("x", ["tags"], "create", False), ("secret", ["tags"], "create", False),
                    ("x", ["tags"], "delete", None)]


def test_members_are_sent():
    binding(WebsocketBindingWithMembers, send_members=["get_similars", "name.upper"])
    ear = Ear("tags")
    Tag.objects.create(name="x")
    assert ear.payloads()[0]["data"] == {
        "name": "x", "description": "", "get_similars": [], "name__upper": "X"}


def test_a_change_is_sent_by_hand():
    one = binding()
    tag = Tag.objects.create(name="x")
    ear = Ear("tags")
    one().send_messages(tag, {"tags"}, UPDATE)
    one.pre_change_receiver(tag, UPDATE)
    one.post_change_receiver(tag, UPDATE)
    first, second = ear.payloads()
    assert (first["action"], first["pk"], second["seq"]) == (UPDATE, tag.pk, first["seq"] + 1)


def test_a_check_names_the_receivers_that_are_not_called():
    binding(post_save_receiver=classmethod(lambda cls, instance, created, **kwargs: None))
    found, = checks.unused_overrides(None)
    assert found.id == "channels_lts.W020" and "TagBinding.post_save_receiver" in found.msg


def test_groups_that_do_not_depend_on_the_row_are_known_without_it():
    fixed, by_row = binding(), binding(
        group_names=classmethod(lambda cls, instance: ["%s" % instance]))
    cautious = binding(group_names=classmethod(lambda cls, instance: name_or_none(instance)))
    assert (fixed.has_fixed_groups(), fixed.all_groups()) == (True, ["tags"])
    for each in (by_row, cautious):
        assert (each.has_fixed_groups(), each.all_groups()) == (False, [])


def name_or_none(instance):
    try:
        return [instance.name]
    except Exception:
        return ["none"]


# Pages that know channels' frames only


def test_many_rows_of_a_transaction_are_told_one_by_one():
    binding(max_rows=3)
    ear = Ear("tags")
    with transaction.atomic():
        tags = [Tag.objects.create(name=str(number)) for number in range(5)]
    with transaction.atomic():
        for tag in tags:
            tag.delete()
    assert [action for action, _pk in ear.told()] == ["create"] * 5 + ["delete"] * 5
    Tag.objects.bulk_create([Tag(name=str(number)) for number in range(5)])
    Tag.objects.update(name="many")
    assert "reload" not in {action for action, _pk in ear.told()}


def test_a_cache_that_keeps_nothing_loses_no_frame(settings, monkeypatch):
    monkeypatch.setattr("channels_lts.binding.sequence.cache", DummyCache("", {}))
    binding()
    ear = Ear("tags")
    tag = Tag.objects.create(name="x")
    assert ear.told() == [("create", tag.pk)]


def test_an_old_blank_column_does_not_stand_in_the_way_of_others(routed, alice):
    one = binding(model=Link, fields=["name", "url"], answer_frames=True)
    link = Link(name="x", url="", user=alice)
    link.save()
    routed(demultiplexer(consumers={"tags": one.consumer}))
    socket = Socket("/").connect()
    say(socket, action="update", pk=link.pk, data={"name": "y"})
    assert socket.frames()[0]["payload"]["action"] == "updated"
    say(socket, action="update", pk=link.pk, data={"url": " "})
    assert socket.frames()[0]["payload"]["code"] == "invalid"
    say(socket, action="update", pk=link.pk, data={"url": ""})  # as it came
    assert socket.frames()[0]["payload"]["action"] == "updated"


def test_connect_and_disconnect_are_no_payloads(routed, caplog):
    routed(demultiplexer(ChannelsDemultiplexer, consumers={"tags": binding().consumer}))
    socket = Socket("/").connect()
    socket.disconnect()
    assert socket.frames() == [] and caplog.text == ""


def test_a_refusal_that_nobody_hears_of_is_logged(routed, caplog):
    routed(demultiplexer(consumers={"tags": binding().consumer}))
    socket = Socket("/").connect()
    say(socket, action="delete", pk=99)
    assert socket.frames() == []
    assert "TagBinding (gone)" in caplog.text
