"""
Who is behind a socket when a cache or a Redis has lost its data; and sockets that have closed
before their connect was handled.
"""
import json

import pytest
from channels import DEFAULT_CHANNEL_LAYER, Channel, Group, channel_layers
from channels.asgi import ChannelLayerWrapper
from django.core.cache import cache

from channels_lts import presence
from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import keys
from chat.models import Room
from tests.support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(new_layer, channel_layer):
    """The default layer in this process, on Redis; a daphne's mark is on it."""
    layer = new_layer()
    channel_layers.set(DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(
        layer, DEFAULT_CHANNEL_LAYER, channel_layer.routing))
    return layer


def mark(layer, socket):
    process = layer.non_local_name(socket.reply_channel)
    layer.connection(0).execute_command("ZADD", keys.beats(layer.prefix), 1, process)


@pytest.fixture
def connect(server, client, alice):
    """Opens a socket of alice's at a path."""
    client.force_login(alice)

    def open_(path):
        socket = Socket(path, session_key=client.session.session_key)
        mark(server, socket)
        socket.connect().frames()
        return socket
    return open_


@pytest.fixture
def room():
    return Room.objects.create(name="den")


def test_a_cache_that_has_lost_everything_makes_nobody_anonymous(connect, room):
    socket = connect("/ws/chat/den/")
    cache.clear()
    socket.say({"message": "still alice", "id": "a"})
    assert "message_stored" in [frame["type"] for frame in socket.frames()]


@pytest.mark.parametrize("path, frame, code_of", [
    ("/ws/chat/den/", {"message": "x", "id": "a"}, lambda frame: frame["code"]),
    ("/users/", {"action": "who"}, lambda frame: frame["error"]["code"]),
    ("/updates/", {"stream": "tags", "payload": {"action": "create", "data": {"name": "x"}}},
     lambda frame: frame["payload"]["code"]),
    ("/primer/values/", {"stream": "intval", "payload": {"action": "delete", "pk": 1}},
     lambda frame: frame["payload"]["code"]),
])
def test_a_redis_that_has_lost_everything_leaves_it_open_who_asks(
        connect, room, server, path, frame, code_of):
    socket = connect(path)
    server.flush()
    socket.say(frame)
    answer, = socket.frames()
    assert code_of(answer) == "unavailable"


def test_a_disconnect_of_a_socket_that_is_lost_is_dealt_with(connect, room, server):
    socket = connect("/ws/chat/den/")
    server.flush()
    socket.disconnect()


def test_a_socket_of_which_nothing_was_kept_is_anonymous(server, connect):
    socket = connect("/primer/visitor/")
    sockets = capabilities_of(server).sockets
    sockets.forget(socket.reply_channel)
    assert sockets.load(socket.reply_channel) == {}


def test_a_cache_that_is_away_is_answered_and_told_in_two_lines(connect, room, monkeypatch, log):
    from django_redis.exceptions import ConnectionInterrupted
    socket = connect("/ws/chat/den/")
    with monkeypatch.context() as away:
        def fail(*args, **kwargs):
            raise ConnectionInterrupted(connection=None)
        for name in ("add", "get", "get_many", "set", "incr"):
            away.setattr(cache, name, fail)
        for number in range(3):
            socket.say({"message": "x", "id": "a%d" % number})
    assert {frame["code"] for frame in socket.frames()} == {"unavailable"}
    socket.say({"message": "x", "id": "a"})
    assert "message_stored" in [frame["type"] for frame in socket.frames()]
    assert [line for line in log.lines if "cache" in line] == [
        "The cache is away, limits can't be counted: ConnectionInterrupted()",
        "The cache is back"]


def note_end(layer, channel):
    """What daphne does before it sends a disconnect."""
    layer.connection(0).set(keys.closed(layer.prefix, channel), "", 60)


def test_who_has_closed_is_brought_into_nothing(server):
    channel = "daphne.response.here!gone"
    note_end(server, channel)
    Group("g").add(Channel(channel))
    capabilities_of(server).sockets.store(channel, {"address": "192.0.2.1"}, 60)
    presence.track(Channel(channel), 1, ["scope"])
    assert server.group_channels("g") == []
    assert presence.count(["scope"]) == {"scope": 0}
    left = [key for key in server.connection(0).scan_iter(server.prefix + "*")
            if b"gone" in key and b":closed:" not in key]
    assert left == []


def test_json_of_a_socket_holds_no_session_key(server, connect, client):
    socket = connect("/primer/visitor/")
    text = server.connection(0).get(keys.socket(server.prefix, socket.reply_channel))
    assert json.loads(text.decode())["address"] == "192.0.2.1"
    assert client.session.session_key not in text.decode()


def test_groups_are_left_in_one_round_trip_to_each_server(two_shards, monkeypatch):
    layer, _ = two_shards
    groups, channel = list("abcdefghijkl"), "daphne.response.here!a"
    assert {layer.shards.home(group) for group in groups} == {0, 1}
    layer.join(groups + ["other"], channel)
    asked = []
    call = layer.shards.call
    monkeypatch.setattr(
        layer.shards, "call", lambda shard, ask: asked.append(shard) or call(shard, ask))
    capabilities_of(layer).sockets.leave(channel, groups)
    assert sorted(asked) == [0, 1]
    assert [layer.group_channels(group) for group in groups] == [[]] * len(groups)
    assert layer.group_channels("other") == [channel]
