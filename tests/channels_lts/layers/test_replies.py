"""
A worker's replies, which go out at once and are answered for later.
"""
import pytest
import redis

from channels_lts.layers.redis import RedisChannelLayer, keys
from channels_lts.layers.redis import replies as reply_module
from channels_lts.layers.redis.counters import DROPPED
from tests.live.monitor import Monitor
from tests.support.waiting import wait_for

PROCESS = "daphne.response.here!"


class Time:
    """A clock that only advances when somebody sleeps."""

    def __init__(self):
        self.now = 0
        self.sleeps = []
        self.on_sleep = lambda: None

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.sleeps.append(seconds)
        self.on_sleep()


@pytest.fixture
def pauses(monkeypatch):
    """The time by which a worker tries a reply again."""
    time = Time()
    monkeypatch.setattr(reply_module, "time", time)
    return time


@pytest.fixture
def worker(new_layer, pauses):
    """A layer in the hands of a worker: its thread has waited for messages."""
    layer = new_layer(capacity=3)
    layer.blpop_timeout = 0.1
    layer.receive(["jobs"], block=True)
    return layer


def replies(layer):
    found = []
    while True:
        channel, message = layer.receive([PROCESS])
        if channel is None:
            return found
        found.append(message["text"])


def test_a_reply_is_on_its_way_before_anybody_asks_what_became_of_it(worker, new_layer):
    worker.connection(0).script_flush()
    worker.reply_sender.pipelines.leave(0)
    worker.send(PROCESS + "a", {"text": "x"})  # by a new connection
    assert worker.reply_sender.pipelines.busy()
    other = new_layer()
    assert wait_for(lambda: other.receive([PROCESS])[1], what="the reply") == {"text": "x"}


def test_the_next_receive_brings_the_outcome_too(worker):
    worker.send("jobs", {"text": "job"})
    worker.send(PROCESS + "a", {"text": "x"})
    assert worker.receive(["jobs"], block=True) == ("jobs", {"text": "job"})
    assert not worker.reply_sender.pipelines.busy()


def test_replies_to_one_channel_wait_for_each_other(worker):
    for text in "ab":
        worker.send(PROCESS + "a", {"text": text})
    worker.send(PROCESS + "b", {"text": "c"})
    sent = [each.channel for each in worker.reply_sender.pipelines.on(0).sent]
    assert sent == [PROCESS + "a", PROCESS + "b"]
    assert replies(worker) == ["a", "b", "c"]


def test_what_is_sent_after_a_reply_arrives_after_it(worker):
    worker.connection(0).hset(keys.interfaces(worker.prefix), PROCESS, "1 100")
    worker.group_add("g", PROCESS + "a")
    worker.send(PROCESS + "a", {"text": "reply"})
    worker.send_group("g", {"text": "group"})
    assert replies(worker) == ["reply", "group"]


@pytest.mark.parametrize("reads_bundles", [False, True])
def test_a_reply_that_is_not_taken_is_tried_again_then_counted_once_and_logged(
        worker, log, reads_bundles):
    if reads_bundles:
        worker.connection(0).hset(keys.interfaces(worker.prefix), PROCESS, "1 3")
    for _ in range(3):
        worker.send(PROCESS + "a", {"text": "x"})
    worker.send(PROCESS + "b", {"text": "too much"})
    worker.settle()
    assert log.text == "1 message to %s not taken: it is full" % PROCESS
    assert worker.counters.take()[PROCESS, DROPPED] == 1


def test_a_daphne_that_stays_full_holds_a_worker_up_once(worker, pauses, log):
    for _ in range(3):
        worker.send(PROCESS + "a", {"text": "x"})
    worker.send(PROCESS + "b", {"text": "too much"})
    worker.settle()
    seconds = worker.reply_sender.replies.retry_seconds
    assert seconds <= sum(pauses.sleeps) < seconds * 1.2
    del pauses.sleeps[:]
    worker.send(PROCESS + "c", {"text": "too much"})
    worker.settle()
    assert not pauses.sleeps


def test_a_reply_that_finds_room_later_arrives(worker, new_layer, pauses, log):
    for _ in range(3):
        worker.send(PROCESS + "a", {"text": "x"})
    worker.send(PROCESS + "b", {"text": "late"})
    pauses.on_sleep = lambda: new_layer().receive([PROCESS])
    worker.settle()
    assert replies(worker)[-1] == "late"
    assert log.lines == []


def test_a_server_that_has_forgotten_the_script_gets_it_again(worker):
    worker.connection(0).script_flush()
    worker.send(PROCESS + "a", {"text": "x"})
    assert replies(worker) == ["x"]


def test_a_reply_whose_answer_was_lost_is_sent_again(new_redis):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.blpop_timeout, layer.shards.retry_seconds = 0.1, 20
    layer.send(PROCESS + "a", {"text": "before"})
    layer.receive(["jobs"], block=True)
    assert replies(layer) == ["before"]
    server.restart()
    layer.send(PROCESS + "a", {"text": "after"})
    assert replies(layer) == ["after"]


@pytest.fixture
def away(new_redis, pauses):
    """(layer, server): a worker's, whose Redis has been away for longer than a sender waits."""
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url], expiry=60)
    layer.blpop_timeout, layer.shards.retry_seconds = 0.1, 0
    layer.receive(["jobs"], block=True)
    server.kill()
    return layer, server


def test_a_reply_waits_until_redis_is_back(away, log):
    layer, server = away
    layer.send(PROCESS + "a", {"text": "first"})
    layer.send(PROCESS + "a", {"text": "second"})
    layer.receive(["jobs"], block=True)
    layer.send(PROCESS + "b", {"text": "third"})
    server.start()
    wait_for(lambda: not layer.capabilities.is_away(), what="a Redis that is back")
    layer.receive(["jobs"], block=True)
    assert replies(RedisChannelLayer(hosts=[server.url])) == ["first", "second", "third"]
    assert "not taken" not in log.text


@pytest.mark.parametrize("pass_over", [
    lambda layer, pauses: pauses.sleep(61),
    lambda layer, pauses: layer.settle(),
], ids=["until it has expired", "until its worker ends"])
def test_a_reply_waits_for_redis_no_longer_than(pass_over, away, pauses, log):
    layer, server = away
    layer.send(PROCESS + "a", {"text": "x"})
    layer.receive(["jobs"], block=True)
    assert layer.exchange.replies.is_holding()
    pass_over(layer, pauses)
    layer.receive(["jobs"], block=True)
    assert log.count("1 message to %s not taken" % PROCESS) == 1
    assert not layer.exchange.replies.is_holding()


def test_no_more_wait_than_there_is_room_for(away, monkeypatch, log):
    layer, server = away
    monkeypatch.setattr(reply_module.Held, "most_bytes", 3000)
    for _ in range(4):
        layer.send(PROCESS + "a", {"text": "x" * 1000})
    assert "not taken: too many wait for Redis" in log.text
    server.start()
    wait_for(lambda: not layer.capabilities.is_away(), what="a Redis that is back")
    layer.receive(["jobs"], block=True)
    assert len(replies(RedisChannelLayer(hosts=[server.url]))) == 2


def test_answers_are_not_mistaken_after_a_post_that_failed(new_redis):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.blpop_timeout = 0.1
    layer.receive(["jobs"], block=True)
    layer.reply_sender.pipelines.on(0).connection._sock.close()
    layer.send("jobs", {"text": "job"})
    layer.send(PROCESS + "a", {"text": "x"})
    assert layer.reply_sender.pipelines.on(0).error
    assert layer.receive(["jobs"]) == ("jobs", {"text": "job"})
    assert replies(layer) == ["x"]


def test_only_a_worker_sends_so(new_layer):
    layer = new_layer(capacity=1)
    layer.send(PROCESS + "a", {"text": "x"})
    assert not layer.reply_sender.pipelines.busy()
    with pytest.raises(layer.ChannelFull):
        layer.send(PROCESS + "a", {"text": "x"})


def test_a_worker_joins_groups_by_the_connection_of_its_replies(worker):
    worker.group_add("g", PROCESS + "b")  # brings the script
    monitor = Monitor(worker.connection(0))
    worker.send(PROCESS + "b", {"text": "x"})
    worker.group_add("g", PROCESS + "a")
    commands = monitor.commands()
    monitor.close()
    assert len(commands) == 2 and len({port for port, _, _ in commands}) == 1
    assert set(worker.group_channels("g")) == {PROCESS + "a", PROCESS + "b"}


def test_a_worker_joins_a_group_on_another_server_after_what_it_sent_before(two_shards):
    layer, _servers = two_shards
    layer.blpop_timeout = 0.1
    layer.receive(["jobs"], block=True)
    process = next(name for name in map("p%d!".__mod__, range(100)) if layer.shards.home(name) == 0)
    group = next(name for name in "abcdefgh" if layer.shards.home(name) == 1)
    layer.group_add(group, process + "b")  # brings the script
    layer.send(process + "a", {"text": "x"})
    layer.group_add(group, process + "a")
    assert not layer.reply_sender.pipelines.busy()


@pytest.mark.parametrize("lose", [
    lambda connection: connection.script_flush(),
    lambda connection: connection.execute_command("CLIENT", "KILL", "TYPE", "normal"),
], ids=["its scripts", "its connections"])
def test_a_worker_joins_groups_of_a_redis_that_has_lost(lose, worker):
    lose(worker.connection(0))
    worker.group_add("g", PROCESS + "a")
    assert worker.group_channels("g") == [PROCESS + "a"]


def test_a_worker_that_can_not_join_hears_it(new_redis, log):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.blpop_timeout, layer.shards.retry_seconds = 0.1, 0.1
    layer.receive(["jobs"], block=True)
    server.stop()
    for _ in range(2):
        with pytest.raises(redis.ConnectionError):
            layer.group_add("g", PROCESS + "a")
    server.start()
    wait_for(lambda: layer.receive(["jobs"], block=True) and not layer.circuit_breaker.is_away(0),
             what="the return")
    layer.group_add("g", PROCESS + "a")
    assert layer.group_channels("g") == [PROCESS + "a"]


def test_a_socket_that_redis_has_no_memory_to_accept_is_refused_once_it_has(new_redis):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.blpop_timeout = 0.1
    layer.receive(["jobs"], block=True)
    socket = PROCESS + "a"
    server.client.config_set("maxmemory", 1)
    layer.capabilities.sockets.accept(socket, {"accept": True}, ["g"], {"address": "::1"}, 60)
    layer.receive(["jobs"], block=True)
    layer.send(socket, {"text": "a frame"})
    layer.receive(["jobs"], block=True)
    server.client.config_set("maxmemory", 0)
    layer.receive(["jobs"], block=True)
    found = [layer.receive([PROCESS])[1] for _ in range(3)]
    assert [dict(each or {}, __asgi_channel__=None) for each in found[:2]] == [
        {"close": 1013, "__asgi_channel__": None}, {"text": "a frame", "__asgi_channel__": None}]
    assert found[2] is None
    assert layer.group_channels("g") == []
