"""
A page that has missed frames gets them again, and fetches the table only where they are gone.
"""
import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.asgi import ChannelLayerWrapper
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_lts.binding import History, history, sequence
from channels_lts.binding.actor import acting
from channels_lts.layers.redis import keys
from links import groups
from links.bindings import LinkBinding, TagBinding
from links.demultiplexers import TagDemultiplexer
from links.models import Link, Tag
from tests.support.protocol import undocumented

from ..layers.conftest import clean, new_layer  # noqa: F401
from ..layers.test_history import counted
from .frames import payloads, watch

pytestmark = pytest.mark.django_db(transaction=True)


def use(layer):
    """Has a layer be the process's own."""
    routing = channel_layers[DEFAULT_CHANNEL_LAYER].routing
    channel_layers.set(DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(
        layer, DEFAULT_CHANNEL_LAYER, routing))


@pytest.fixture
def layer(new_layer):  # noqa: F811
    """The layer of this process, on Redis."""
    layer = new_layer()
    use(layer)
    return layer


def ask(socket, after, stream="tags", **more):
    """The payloads sent to a socket that has received all frames up to a number."""
    socket.say({"stream": stream, "payload": dict(more, action="sync", after=after)})
    frames = socket.frames()
    assert undocumented(frames) == []
    return [frame["payload"] for frame in frames]


def only(answers, action):
    answer, = answers
    assert answer["action"] == action
    return answer


def test_a_page_that_comes_back_gets_what_it_has_missed_as_it_was_sent(layer):
    before, other = watch("/updates/tags/"), watch("/updates/tags/")
    number = sequence.current(groups.TAGS)
    before.disconnect()
    tag = Tag.objects.create(name="one")
    tag.delete()
    Tag.objects.create(name="two")
    sent = payloads(other, "tags")
    back = watch("/updates/tags/")
    answer = only(ask(back, number), "recovered")
    assert answer == {"action": "recovered", "model": "links.tag", "after": number, "frames": sent}
    assert [frame["action"] for frame in sent] == ["create", "delete", "create"]
    assert only(ask(back, number + 2), "recovered")["frames"] == sent[2:]
    assert only(ask(back, number + 3), "recovered")["frames"] == []
    assert other.frames() == []


def test_each_stream_of_a_socket_has_its_own(layer, alice):
    socket = watch()
    numbers = {group: sequence.current(group) for group in (groups.LINKS, groups.TAGS)}
    Link.objects.create(name="x", url="https://x.org/", user=alice)
    Tag.objects.create(name="y")
    socket.frames()
    for stream, group in (("links", groups.LINKS), ("tags", groups.TAGS)):
        frame, = only(ask(socket, numbers[group], stream), "recovered")["frames"]
        assert frame["model"] == "links.%s" % stream[:-1]


def test_who_logs_in_meanwhile_misses_nothing_and_only_they_hear_who_it_was(
        layer, alice, client, open_socket):
    number = sequence.current(groups.TAGS)
    with acting(lambda: alice):
        Tag.objects.create(name="one")
        Tag.objects.create(name="two")
    client.force_login(alice)
    named = open_socket("/updates/tags/")
    named.frames()
    told = [only(ask(socket, number), "recovered")["frames"]
            for socket in (watch("/updates/tags/"), named)]
    assert [frame.pop("actor", None) for frames in told for frame in frames] == [
        None, None, "alice", "alice"]
    assert told[0] == told[1] and len(told[0]) == 2


def test_frames_of_another_stream_in_the_same_group_are_not_told(layer, alice, monkeypatch):
    number = sequence.current(groups.TAGS)
    monkeypatch.setattr(LinkBinding, "group_names", classmethod(lambda cls, row: [groups.TAGS]))
    Link.objects.create(name="x", url="https://x.org/", user=alice)
    Tag.objects.create(name="y")
    frame, = only(ask(watch("/updates/tags/"), number), "recovered")["frames"]
    assert frame["model"] == "links.tag"


def test_very_many_rows_are_a_reload_there_too(layer, monkeypatch):
    monkeypatch.setattr(TagBinding, "max_rows", 1)
    number = sequence.current(groups.TAGS)
    Tag.objects.bulk_create([Tag(name=name) for name in "ab"])
    answer = only(ask(watch("/updates/tags/"), number), "recovered")
    assert [frame["action"] for frame in answer["frames"]] == ["reload"]


def test_a_page_is_told_the_newest_number_where_what_it_misses_is_gone(layer, monkeypatch):
    monkeypatch.setattr(TagBinding, "history", History(2, 10000, 60))
    number = sequence.current(groups.TAGS)
    for name in "abc":
        Tag.objects.create(name=name)
    socket = watch("/updates/tags/")
    assert only(ask(socket, number), "sync")["seq"] == number + 3
    assert len(only(ask(socket, number + 1), "recovered")["frames"]) == 2
    layer.connection(0).delete(keys.history(layer.prefix, groups.TAGS))
    assert only(ask(socket, number + 1), "sync")["seq"] == number + 3


def test_a_binding_that_keeps_nothing_answers_with_the_number(layer, monkeypatch):
    monkeypatch.setattr(TagBinding, "history", None)
    number = sequence.current(groups.TAGS)
    Tag.objects.create(name="x")
    assert only(ask(watch("/updates/tags/"), number), "sync")["seq"] == number + 1
    assert layer.connection(0).keys(keys.history(layer.prefix, "*")) == []


def test_a_layer_that_keeps_nothing_answers_with_the_number():
    number = sequence.current(groups.TAGS)
    Tag.objects.create(name="x")
    assert only(ask(watch("/updates/tags/"), number), "sync")["seq"] == number + 1


@pytest.mark.parametrize("after", [None, "7", 7.5, True, [], {}])
def test_what_is_no_number_is_as_if_it_was_not_there(layer, after):
    Tag.objects.create(name="x")
    only(ask(watch("/updates/tags/"), after), "sync")


def test_it_is_asked_for_as_often_as_the_number(layer, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    monkeypatch.setattr(TagDemultiplexer, "syncs", (1, 10))
    socket = watch("/updates/tags/")
    ask(socket, 7)
    socket.say({"stream": "tags", "payload": {"action": "sync", "after": 7}})
    assert socket.frame()["error"]["code"] == "rate_limited"


def test_a_frame_that_could_not_be_sent_is_missing_and_the_others_are_there(layer, monkeypatch):
    number = sequence.current(groups.TAGS)
    Tag.objects.create(name="first")
    with monkeypatch.context() as broken:
        broken.setattr(layer, "send_and_keep", None)
        Tag.objects.create(name="lost")
    Tag.objects.create(name="last")
    answer = only(ask(watch("/updates/tags/"), number), "recovered")
    assert [frame["seq"] for frame in answer["frames"]] == [number + 1, number + 3]


def test_who_knows_of_newer_frames_than_were_read_for_others_gets_them(layer, monkeypatch):
    monkeypatch.setattr(history.reader, "seconds", 1000)
    number = sequence.current(groups.TAGS)
    early, late = watch("/updates/tags/"), watch("/updates/tags/")
    Tag.objects.create(name="a")
    for socket in (early, late):
        socket.frames()
    assert len(only(ask(early, number, known=number + 1), "recovered")["frames"]) == 1
    Tag.objects.create(name="b")
    for socket in (early, late):
        socket.frames()
    read = layer.connection(0).info("commandstats")["cmdstat_lrange"]["calls"]
    assert len(only(ask(early, number, known=number + 1), "recovered")["frames"]) == 1
    assert layer.connection(0).info("commandstats")["cmdstat_lrange"]["calls"] == read
    assert len(only(ask(late, number, known=number + 2), "recovered")["frames"]) == 2
    assert len(only(ask(late, number), "recovered")["frames"]) == 2


RETURNS = 50  # what each costs is the same in 2,000 (docs/bindings.md)


def test_many_that_come_back_cost_redis_one_read_and_the_database_nothing(layer, monkeypatch):
    monkeypatch.setattr(history.reader, "seconds", 1000)
    number = sequence.current(groups.TAGS)
    for name in "abc":
        Tag.objects.create(name=name)
    plain, _ = cost(layer, lambda socket: socket.say(
        {"stream": "tags", "payload": {"action": "sync"}}))
    found, queries = cost(layer, lambda socket: socket.say(
        {"stream": "tags", "payload": {"action": "sync", "after": number, "known": number + 3}}))
    assert found["lrange"] == 1 and queries == 0
    for name in ("rpush", "lpop", "get", "set"):  # of messages
        # Processes do a few of these by themselves, now and then.
        assert found[name] < plain[name] + RETURNS // 2
    assert found["hget"] == plain["hget"] - 2 * RETURNS, "a number was looked up"


def cost(layer, come_back):
    """({command: calls}, queries) of sockets that open, do something, and are answered."""
    before = layer.connection(0).info("commandstats")
    with CaptureQueriesContext(connection) as queries:
        for _ in range(RETURNS):
            socket = watch("/updates/tags/")
            come_back(socket)
            assert socket.frame()["payload"]["model"] == "links.tag"
    return counted(before, layer.connection(0).info("commandstats")), len(queries)
