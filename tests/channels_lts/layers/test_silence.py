"""
A Redis that says nothing: it hangs, or the network has swallowed its connections.
"""
import threading

import pytest
import redis
from redis.sentinel import MasterNotFoundError

from channels_lts.layers.redis import RedisChannelLayer, RedisSentinelChannelLayer, timeouts
from tests.browser.proxy import Proxy
from tests.support.ports import free_port
from tests.support.waiting import in_thread, wait_for

from .site import Layer

PROCESS = "daphne.response.here!"


@pytest.fixture
def hung(new_redis, monkeypatch):
    """(layer, server): a worker's, that has received from the server, which hangs now."""
    monkeypatch.setattr(timeouts, "MARGIN_SECONDS", 1)
    server = new_redis("--save", "")
    layer = Layer(hosts=[server.url])
    layer.receive(["jobs"], block=True)
    server.hang()
    return layer, server


def received(layer, *channels):
    return wait_for(lambda: layer.receive(list(channels), block=True)[1], what="a message")


def asked_shards(layer, monkeypatch):
    """A list that fills with the servers which this thread asks anything of this layer."""
    asked, on, thread = [], layer.connection, threading.current_thread()

    def connection(shard):
        if threading.current_thread() is thread:  # the circuit_breaker's goes on asking
            asked.append(shard)
        return on(shard)
    for owner in (layer.shards, layer.reply_sender.pipelines, layer.receiver.poller):
        monkeypatch.setattr(owner, "connection", connection)
    return asked


@pytest.mark.parametrize("is_idle", [True, False])
def test_a_hung_shard_holds_the_others_up_once(two_shards, monkeypatch, log, is_idle):
    layer, servers = two_shards
    other = RedisChannelLayer(hosts=[servers[1].url])
    if is_idle:
        layer.blpop_timeout = 1
        layer.receive(["jobs"], block=True)
        layer.blpop_timeout = 60
    servers[0].hang()
    other.send("jobs", {"number": "first"})
    assert received(layer, "jobs") == {"number": "first"}
    # A look goes to the shards in any order, and ends with the first message.
    wait_for(lambda: layer.receive(["jobs"]) and layer.circuit_breaker.is_away(0),
             what="an absence")
    asked = asked_shards(layer, monkeypatch)
    for number in range(5):
        other.send("jobs", {"number": number})
        layer.send("more", {"number": number})
        assert layer.receive(["jobs"], block=True)[1] == {"number": number}
        assert layer.receive(["more"], block=True)[1] == {"number": number}
    assert set(asked) == {1}
    assert log.count("is away") == 1
    servers[0].go_on()
    wait_for(lambda: log.count("is back"), what="the return")
    RedisChannelLayer(hosts=[servers[0].url]).send("jobs", {"number": "last"})
    assert received(layer, "jobs") == {"number": "last"}
    wait_for(lambda: layer.receive(["jobs"]) and not layer.exchange.is_owed(), what="late answers")


def test_a_worker_that_waits_for_a_hung_redis_comes_back(hung, log):
    layer, server = hung
    for _ in range(3):
        assert layer.receive(["jobs"], block=True) == (None, None)
    server.go_on()
    wait_for(lambda: log.count("is back"), what="the return")
    layer.send("jobs", {"text": "after"})
    assert received(layer, "jobs") == {"text": "after"}
    assert log.count("is away") == log.count("is back") == 1


def test_what_a_hung_redis_takes_from_its_list_in_the_end_arrives(hung):
    layer, server = hung
    server.go_on()
    for number in range(3):
        layer.send("jobs", {"number": number})
    assert layer.receive(["jobs"])[1] == {"number": 0}
    server.hang()
    assert layer.receive(["jobs"]) == (None, None)  # it was asked, and may pop it when it goes on
    server.go_on()
    assert [received(layer, "jobs")["number"] for _ in range(2)] == [1, 2]


def test_what_a_hung_redis_hands_to_a_waiting_worker_in_the_end_arrives(hung):
    layer, server = hung
    server.go_on()
    RedisChannelLayer(hosts=[server.url]).send("jobs", {"text": "in between"})
    server.hang()
    assert layer.receive(["jobs"], block=True) == (None, None)  # it waits without a look before
    server.go_on()
    assert received(layer, "jobs") == {"text": "in between"}


def test_connections_that_were_swallowed_are_replaced(new_redis, log):
    server = new_redis("--save", "")
    proxy = Proxy(server.port)
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:%d/0" % proxy.port])
    layer.blpop_timeout = 1
    layer.receive(["jobs"], block=True)
    layer.send(PROCESS + "a", {"text": "a reply"})
    layer.settle()
    proxy.swallow()
    layer.send(PROCESS + "a", {"text": "swallowed"})
    assert layer.receive(["jobs"], block=True) == (None, None)
    RedisChannelLayer(hosts=[server.url]).send("jobs", {"text": "after"})
    assert received(layer, "jobs") == {"text": "after"}
    wait_for(lambda: layer.receive(["jobs"], block=True) and not layer.exchange.is_owed(),
             what="connections given up")
    assert received(RedisChannelLayer(hosts=[server.url]), PROCESS) == {"text": "a reply"}
    assert received(RedisChannelLayer(hosts=[server.url]), PROCESS) == {"text": "swallowed"}
    proxy.close()


def test_a_reply_to_a_hung_redis_arrives_once(hung):
    layer, server = hung
    layer.send(PROCESS + "a", {"text": "x"})
    assert layer.receive(["jobs"], block=True) == (None, None)
    server.go_on()
    assert received(layer, PROCESS) == {"text": "x"}
    assert layer.receive([PROCESS]) == (None, None)


def test_a_reply_that_may_have_arrived_is_not_given_up(layer, log, monkeypatch):
    layer.receive(["jobs"])
    layer.reply_sender.begin()
    layer.send(PROCESS + "a", {"text": "x"})
    monkeypatch.setattr(layer.reply_sender.pipelines.on(0).connection, "read_response", time_out)
    layer.settle()
    monkeypatch.undo()
    assert received(layer, PROCESS) == {"text": "x"}
    assert "not taken" not in log.text


def time_out():
    raise redis.TimeoutError("Timeout reading from socket")


def test_a_consumers_call_gives_up_and_the_next_one_at_once(hung, log):
    layer, server = hung
    layer.shards.retry_seconds = 0
    with pytest.raises(redis.TimeoutError):
        layer.group_discard("g", "jobs")
    for call in (lambda: layer.group_add("g", "jobs"), lambda: layer.send_group("g", {}),
                 lambda: layer.send("jobs", {})):
        with pytest.raises(redis.ConnectionError, match="is away"):
            call()
    assert log.count("is away") == 1


def test_a_worker_that_joins_a_group_while_redis_hangs_hears_it(hung, log):
    layer, server = hung
    layer.shards.retry_seconds = 0
    with pytest.raises(redis.ConnectionError, match="is away"):
        layer.group_add("g", "jobs")
    server.go_on()
    wait_for(lambda: layer.receive(["jobs"], block=True) and not layer.circuit_breaker.is_away(0),
             what="the return")
    layer.group_discard("g", "jobs")
    assert layer.group_channels("g") == []
    assert log.count("is away") == 1


def test_timeouts_are_there_unless_the_settings_say_otherwise():
    layer = RedisChannelLayer(
        hosts=["redis://one/0?socket_timeout=7", "rediss://two/0", "unix:///three"],
        connection_kwargs={"socket_timeout": 20})
    found = [layer.connection(shard).connection_pool.connection_kwargs for shard in range(3)]
    assert [each["socket_timeout"] for each in found] == [7, 20, 20]
    assert found[1]["socket_connect_timeout"] == 2 and found[1]["socket_keepalive"] is True
    assert "socket_keepalive" not in found[2]
    default = RedisChannelLayer().connection(0).connection_pool.connection_kwargs
    assert default["socket_timeout"] > RedisChannelLayer.blpop_timeout


def test_a_sentinel_that_hangs_holds_nobody_for_ever(new_redis, tmp_path):
    master, port = new_redis("--save", ""), free_port()
    path = tmp_path / "sentinel.conf"
    path.write_text("sentinel monitor primary 127.0.0.1 %d 1\n" % master.port)
    sentinel = new_redis(path, "--sentinel", "--port", port, port=port)
    layer = RedisSentinelChannelLayer(hosts=[("127.0.0.1", port)])
    layer.send("jobs", {"text": "x"})
    assert layer.receive(["jobs"], block=True)[1] == {"text": "x"}
    sentinel.hang()
    with pytest.raises(MasterNotFoundError):
        layer.connection(0).connection_pool.get_master_address()
    layer.send("jobs", {"text": "over the connection there is"})
    assert layer.receive(["jobs"])[1]
    options = layer.connection(0).connection_pool.connection_kwargs
    assert options["socket_timeout"] > layer.blpop_timeout


@pytest.mark.parametrize("is_known", [False, True])
def test_daphne_ends_while_its_redis_hangs(new_site, is_known):
    site = new_site()
    for _ in range(5):
        site.connect()
    site.redis.hang()
    if is_known:
        wait_for(lambda: "is away" in site.log(), seconds=20, what="a daphne that has noticed")
    site.daphne.terminate()
    site.daphne.wait(15)  # Redis wakes after 20 seconds


def test_a_connect_that_arrives_after_its_refusal_is_followed_by_a_disconnect(proxied):
    site, proxy = proxied
    site.start().redis.hang()
    passed = []
    proxy.on_passed = passed.append
    status = in_thread(site.connect_status)
    wait_for(lambda: b"websocket.connect" in b"".join(passed), what="a connect under way")
    proxy.cut()
    assert status() == 503
    site.redis.go_on()
    for channel in ("websocket.connect", "websocket.disconnect"):
        wait_for(lambda: (channel, None) in site.worker.seen, what=channel)
