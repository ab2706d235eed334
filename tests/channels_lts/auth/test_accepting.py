"""
What accepting a socket costs a worker, on a real Redis, and what holds once it is accepted.
"""
import re

import pytest
from channels import DEFAULT_CHANNEL_LAYER, Group, channel_layers
from channels.asgi import ChannelLayerWrapper
from channels.routing import route

from channels_lts import auth
from channels_lts.auth import groups
from channels_lts.generic.websockets import WebsocketConsumer
from channels_lts.layers.base import capabilities_of
from channels_lts.layers.drop_log import Full
from channels_lts.layers.redis import keys
from channels_lts.layers.redis.socket_store import AcceptingStore
from channels_lts.worker import Worker
from links.demultiplexers import APIDemultiplexer
from tests.live.monitor import Monitor
from tests.support.sockets import Socket

from ..layers.conftest import clean, new_layer  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)

PROCESS = "daphne.response.here!"
CONNECT = "websocket.connect"
NOT_THE_WORKERS = re.compile("query_string|:stats:")  # a connect, a report of counters


@auth.on_connect
def joins_first(message):
    Group("g").add(message.reply_channel)
    message.reply_channel.send({"accept": True})


@auth.on_connect
def joins_with_it(message):
    auth.accept(message, groups=["g"])


@auth.on_connect
def asks_who(message):
    auth.accept(message, {"text": message.user.get_username()}, groups=["g"])


@auth.on_connect
def speaks_to_others_first(message):
    Group("g").add(message.reply_channel)
    Group("g").send({"text": "somebody has come"})
    message.reply_channel.send({"accept": True})


@auth.on_connect
def joins_several(message):
    auth.accept(message, groups="abcdefgh")


@auth.on_connect
def joins_until_the_end(message):
    auth.join(message, ["g"])
    message.reply_channel.send({"accept": True})


class OnlyGroups(WebsocketConsumer):
    http_user = True
    groups = ["g"]


class Greets(OnlyGroups):
    def connect(self, message, **kwargs):
        message.reply_channel.send({"accept": True, "text": "hello"})


class AcceptsEarly(OnlyGroups):
    def raw_connect(self, message, **kwargs):
        auth.accept(message)
        super().raw_connect(message, **kwargs)


CLASSES = {"class": OnlyGroups, "greets": Greets, "early": AcceptsEarly,
           "streams": APIDemultiplexer}
CONSUMERS = {
    "first": joins_first, "with": joins_with_it, "who": asks_who, "others": speaks_to_others_first,
    "several": joins_several, "end": joins_until_the_end}


class Scene:
    """A worker in this thread, and the answers that daphne has received from it."""

    def __init__(self, new_layer, **config):  # noqa: F811
        self.layer, self.daphne = new_layer(**config), new_layer(**config)
        routing = [route(CONNECT, consumer, path="^/%s/$" % name)
                   for name, consumer in CONSUMERS.items()]
        routing += [each.as_route(path="^/%s/$" % name) for name, each in CLASSES.items()]
        wrapped = ChannelLayerWrapper(self.layer, DEFAULT_CHANNEL_LAYER, routing)
        channel_layers.set(DEFAULT_CHANNEL_LAYER, wrapped)
        self.worker = Worker(wrapped, signal_handlers=False)
        self.sockets = capabilities_of(self.layer).sockets
        for shard in range(self.layer.shards.count):  # daphne takes bundles
            self.layer.connection(shard).hset(
                keys.interfaces(self.layer.prefix), PROCESS, "%d 100" % self.layer.bundle_format)

    def open(self, name, session_key=None, local="a"):
        """Has the worker deal with a new socket; returns its reply channel."""
        socket = Socket("/%s/" % name, session_key=session_key)
        content = dict(socket.handshake, path=socket.path, order=0, reply_channel=PROCESS + local)
        self.daphne.send(CONNECT, content)
        self.worker.turn([CONNECT])
        self.layer.settle()  # no command, but its answers have gone out by now
        return PROCESS + local

    def answers(self):
        return [message for _, message in iter(
            lambda: self.daphne.receive([PROCESS]), (None, None))]


@pytest.fixture
def scene(new_layer, channel_layer):  # noqa: F811
    return Scene(new_layer)


@pytest.fixture
def key(client, alice):
    client.force_login(alice)
    return client.session.session_key


# The first fetches the message, the last accepts the socket and does everything that goes with it.
@pytest.mark.parametrize("name, anonymous, user", [
    ("with", 2, 3),  # a session's group is joined before the session is looked up
    ("who", 2, 4),  # and a user's before the user is
    ("class", 2, 3), ("end", 2, 3),
    ("first", 3, 4), ("greets", 3, 4),  # what is read behind Group.add must be no older
    # Three groups in one, their numbers in one, four frames; of a user also presence.
    ("streams", 7, 10),
    ("others", 5, 7),  # what others are sent may let them answer, so all has to be there before
])
def test_a_worker_needs_so_many_commands_for_a_new_socket(scene, key, name, anonymous, user):
    for session_key, expected in ((None, anonymous), (key, user)):
        scene.open(name, session_key)  # brings the scripts
        monitor = Monitor(scene.layer.connection(0))
        scene.open(name, session_key)
        commands = [arguments for _, _, arguments in monitor.commands()
                    if not NOT_THE_WORKERS.search(arguments)]
        monitor.close()
        assert len(commands) == expected, commands


@pytest.mark.parametrize("name", sorted(
    (set(CONSUMERS) | set(CLASSES)) - {"several", "streams"}))
def test_an_accepted_socket_is_in_its_groups_and_its_session_is_kept(
        scene, alice, key, name):
    channel = scene.open(name, key)
    assert any(message.get("accept") for message in scene.answers())
    tied = {groups.session_group(key), groups.user_group(str(alice.pk))}
    assert all(scene.layer.group_channels(each) == [channel] for each in tied | {"g"})
    known = scene.sockets.load(channel)
    left_at_the_end = tied | {"g"} if name == "end" else tied
    assert set(known["groups"]) == left_at_the_end
    assert known["address"] == "192.0.2.1" and known["session"]


def test_what_redis_refuses_refuses_the_socket(scene, log):
    group = scene.layer.group_key("g", PROCESS)
    scene.layer.connection(0).set(group, "no group")
    channel = scene.open("with")
    answer, = scene.answers()
    assert answer["close"] == 1013 and "accept" not in answer
    assert scene.layer.connection(0).get(keys.socket(scene.layer.prefix, channel)) is None


def test_what_another_server_refuses_refuses_the_socket(
        new_layer, channel_layer, redis_url, key, monkeypatch, log):  # noqa: F811
    """And the worker doesn't wait for it."""
    scene = Scene(new_layer, hosts=[redis_url.rpartition("/")[0] + "/%d" % n for n in range(2)],
                  expiry=2)
    home = scene.layer.consistent_hash
    group = next(name for name in "abcdefgh" if home(name) != home(PROCESS))
    monkeypatch.setattr(OnlyGroups, "groups", [group])
    scene.layer.connection(home(group)).set(scene.layer.group_key(group, PROCESS), "no group")
    channel = scene.open("class", key)
    answer, = scene.answers()
    assert answer["close"] == 1013 and "accept" not in answer
    assert scene.layer.group_channels(groups.session_group(key)) == []
    assert scene.layer.connection(home(PROCESS)).get(
        keys.socket(scene.layer.prefix, channel)) is None
    assert log.having("a socket whose groups or data can't be stored")


def full(*args):
    raise Full("there is no room")


@pytest.mark.parametrize("consumer, target, name, value, code", [
    ("class", AcceptingStore, "accept", full, 1013),
    ("class", OnlyGroups, "groups", ["no name"], True),
    ("others", AcceptingStore, "store", full, 1013),
])
def test_a_socket_that_can_not_be_accepted_is_refused(
        scene, key, monkeypatch, log, consumer, target, name, value, code):
    monkeypatch.setattr(target, name, value)
    scene.open(consumer, key)
    answer = scene.answers()[-1]
    assert answer["close"] == code and "accept" not in answer
    assert scene.layer.group_channels(groups.session_group(key)) == []


def test_a_socket_that_has_closed_meanwhile_is_brought_into_nothing(scene, key):
    scene.layer.connection(0).set(keys.closed(scene.layer.prefix, PROCESS + "a"), "", 60)
    channel = scene.open("with", key)
    assert scene.answers()
    assert scene.layer.group_channels("g") == []
    assert scene.layer.connection(0).get(keys.socket(scene.layer.prefix, channel)) is None


def test_groups_of_other_servers_are_joined_before(
        new_layer, channel_layer, redis_url):  # noqa: F811
    scene = Scene(new_layer, hosts=[redis_url.rpartition("/")[0] + "/%d" % n for n in range(2)])
    names = "abcdefgh"
    assert {scene.layer.consistent_hash(name) for name in names} == {0, 1}
    channel = scene.open("several")
    assert [message["accept"] for message in scene.answers()] == [True]
    assert all(scene.layer.group_channels(name) == [channel] for name in names)
    assert scene.sockets.load(channel)["address"] == "192.0.2.1"
