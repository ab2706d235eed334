"""
Whatever is sent, by this layer or by the stock one, arrives as the stock layer would have it.
"""
import itertools
import time
import uuid
from collections import defaultdict

import asgi_redis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_lts.layers.redis import RedisChannelLayer, bundle, envelope, keys, scripts
from tests.support.waiting import wait_for

OURS, STOCK = "daphne.response.ours!", "daphne.response.stock!"
CHANNELS = ["room", "jobs"] + [OURS + name for name in "abc"] + [STOCK + name for name in "xy"]
GROUPS = ["g", "h"]

operations = st.lists(max_size=25, elements=st.one_of(
    st.tuples(st.just("group_add"), st.sampled_from(GROUPS), st.sampled_from(CHANNELS)),
    st.tuples(st.just("group_discard"), st.sampled_from(GROUPS), st.sampled_from(CHANNELS)),
    st.tuples(st.just("send_group"), st.sampled_from(GROUPS), st.booleans()),
    st.tuples(st.just("send"), st.sampled_from(CHANNELS), st.booleans()),
))


class World:
    """One prefix in Redis with both layers on it, and a daphne of each sort."""

    def __init__(self, url, reactor, **config):
        prefix = "test%s:" % uuid.uuid4().hex
        config.update(hosts=url, prefix=prefix, stats_prefix=prefix + "s:", capacity=1000)
        self.ours, self.stock = RedisChannelLayer(**config), asgi_redis.RedisChannelLayer(**config)
        self.reactor = reactor

    def register(self):
        """Has our daphne ask for its first message, and waits until it is known."""
        self.got = []
        self.reactor.call(self.ask)
        wait_for(lambda: all(
            self.ours.connection(shard).hexists(keys.interfaces(self.ours.prefix), OURS)
            for shard in range(self.ours.ring_size)), what="a registered process")

    def ask(self):
        self.ours.receive_twisted([OURS]).addCallback(self.took)

    def took(self, answer):
        self.got.append(answer)
        self.ask()

    def run(self, plan, is_mixed):
        """Does what is planned; a send's flag says through which of the layers."""
        expected = defaultdict(list)
        groups = defaultdict(set)
        numbers = itertools.count()
        for name, target, detail in plan:
            layer = self.stock if is_mixed and detail is True else self.ours
            message = {"text": str(next(numbers)), "bytes": b"\xff"}
            if name == "group_add":
                layer.group_add(target, detail)
                groups[target].add(detail)
            elif name == "group_discard":
                layer.group_discard(target, detail)
                groups[target].discard(detail)
            else:
                getattr(layer, name)(target, message)
                for channel in groups[target] if name == "send_group" else [target]:
                    expected[channel].append(message)
        for group in GROUPS:
            for channel in groups[group]:
                self.ours.group_discard(group, channel)
        return expected

    def collect(self, expected):
        found = defaultdict(list)
        ours = sum(len(expected[channel]) for channel in CHANNELS if channel.startswith(OURS))
        wait_for(lambda: sum(bool(channel) for channel, _ in self.got) >= ours,
                 what="%d messages in daphne" % ours)
        while self.got:
            self.add(found, self.got.pop(0))
        for layer, channels in ((self.stock, [STOCK]), (self.ours, ["room", "jobs"])):
            while True:
                # The stock layer looks at one shard at a time.
                answers = [layer.receive(channels) for _ in range(layer.ring_size)]
                if not any(channel for channel, _ in answers):
                    break
                for answer in answers:
                    self.add(found, answer)
        return found

    def add(self, found, answer):
        if answer[0]:
            found[answer[0]].append(answer[1])


def by_order(messages):
    return sorted(messages, key=lambda message: int(message["text"]))


@pytest.fixture(params=["one shard", "two shards", "encrypted"])
def world(request, redis_url, reactor):
    base, _, number = redis_url.rpartition("/")
    url = [redis_url]
    if request.param == "two shards":
        url.append("%s/%d" % (base, (int(number) + 1) % 16))
    config = {"symmetric_encryption_keys": ["key"]} if request.param == "encrypted" else {}
    world = World(url, reactor, **config)
    world.register()
    yield world
    reactor.call(world.ours.interfaces[OURS].stop)
    world.ours.flush()


@pytest.mark.parametrize("is_mixed", [False, True], ids=["ours alone", "stock senders too"])
def test_every_channel_gets_what_it_was_sent_in_its_order(world, is_mixed):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(plan=operations)
    def check(plan):
        expected = world.run(plan, is_mixed)
        found = world.collect(expected)
        # Ordinary channels are spread over the shards: no layer promises their order there.
        for channel in ("room", "jobs") if world.ours.ring_size > 1 else ():
            found[channel] = by_order(found[channel])
        assert {key: value for key, value in found.items() if value} \
            == {key: value for key, value in expected.items() if value}
    check()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(posts=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20))
def test_what_has_expired_is_left_out_and_the_rest_keeps_its_order(layer, posts):
    connection, process = layer.connection(0), "expiry!"
    expected = []
    for number, (is_bundle, is_live) in enumerate(posts):
        payload = layer.serialize({"text": str(number)})
        if is_bundle:
            expires = time.time() + (60 if is_live else -1)
            connection.rpush(layer.prefix + process, bundle.pack(expires, payload, ["a"]))
        else:
            key = "%s%d" % (layer.prefix, number)
            connection.rpush(layer.prefix + process, key)
            if is_live:
                connection.set(key, payload)
        if is_live:
            expected.append(str(number))
    _, entries, taken = scripts.drain.run(
        connection, [layer.prefix + process], envelope.head(layer) + (100,))
    assert [layer.deserialize(bundle.unpack(each).payload)["text"] for each in entries] == expected
    assert taken == len(posts)


def test_a_message_of_a_new_worker_reaches_a_stock_daphne(new_layer):
    ours, stock = new_layer(), new_layer(asgi_redis.RedisChannelLayer)
    ours.group_add("g", "old!a")
    ours.send_group("g", {"text": "to all"})
    ours.send("old!b", {"text": "to one"})
    assert [stock.receive(["old!"]) for _ in range(2)] == [
        ("old!a", {"text": "to all"}), ("old!b", {"text": "to one"})]


def test_a_process_that_reads_another_format_gets_single_messages(new_layer):
    ours, stock = new_layer(), new_layer(asgi_redis.RedisChannelLayer)
    ours.connection(0).hset(keys.interfaces(ours.prefix), "newer!", "2 1000")
    ours.group_add("g", "newer!a")
    ours.send_group("g", {"text": "x"})
    assert stock.receive(["newer!"]) == ("newer!a", {"text": "x"})


def test_a_process_that_has_ended_gets_nothing_and_leaves_the_group(layer):
    layer.connection(0).hset(keys.interfaces(layer.prefix), "ended!", "gone")
    layer.group_add("g", "ended!a")
    layer.group_add("g", "lives")
    layer.send_group("g", {"text": "x"})
    layer.send("ended!a", {"text": "x"})
    assert layer.connection(0).llen(layer.prefix + "ended!") == 0
    assert layer.group_channels("g") == ["lives"]
