"""
The layer and the cache follow the master that Sentinel names.
"""
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django_redis.cache import RedisCache
from redis.sentinel import MasterNotFoundError

from channels_lts.layers.redis import RedisSentinelChannelLayer
from channels_lts.layers.redis.daphne.client import RedisClient
from channels_lts.layers.redis.daphne.endpoint import Endpoint
from channels_lts.layers.redis.outage import Outage
from channels_lts.redis import MasterPool
from channels_lts.redis.sentinels import Sentinels
from tests.support.waiting import wait_for

from ..test_caches import CACHE_OPTIONS
from .servers import PROCESS
from .test_connections import tls_redis
from .trio import Trio


@pytest.fixture
def trio(new_redis, tmp_path):
    return Trio(new_redis, tmp_path)


def new_cache(service, sentinels):
    return RedisCache(service, {"OPTIONS": dict(
        CACHE_OPTIONS, CONNECTION_POOL_CLASS="channels_lts.redis.MasterPool",
        CONNECTION_POOL_KWARGS={"sentinels": sentinels},
        REDIS_CLIENT_CLASS="channels_lts.layers.redis.cache.CacheClient")})


class Load(threading.Thread):
    """Calls repeatedly; `done` counts the answers."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call, self.done, self.problem, self.is_over = call, 0, None, False

    def run(self):
        while not self.is_over:
            try:
                self.call(self.done)
                self.done += 1
            except redis.ConnectionError:  # after two seconds a server is reported as away
                continue
            except Exception as problem:
                self.problem = problem
                raise

    def goes_on(self):
        before = self.done
        wait_for(lambda: self.done > before + 20 or self.problem, what="answers")
        assert self.problem is None

    def stop(self):
        self.is_over = True
        self.join(20)


def test_layer_cache_and_daphne_follow_a_killed_master_and_a_planned_failover(
        trio, works, reactor, log):
    layer = RedisSentinelChannelLayer(
        hosts=trio.sentinels, services=[trio.service], capacity=10 ** 6)
    cache = new_cache(trio.service, trio.sentinels)
    works(layer)
    layer.group_add("g", PROCESS + "b")
    loads = [Load(lambda number: layer.send("jobs", {"number": number})),
             Load(lambda number: (cache.set("n", number), cache.incr("n")))]
    for load in loads:
        load.start()
    killed = trio.kill_master()
    wait_for_news(trio, layer.connection(0), cache.client.get_client())
    follow(layer, reactor, loads)
    assert (log.count("is away"), log.count("is back")) == (1, 1)
    killed.start()  # and takes itself for the master, until the Sentinels tell it
    trio.fail_over()
    wait_for_news(trio, layer.connection(0), cache.client.get_client())
    follow(layer, reactor, loads)
    for load in loads:
        load.stop()
    assert cache.get("n") == int(trio.master.client.get(cache.make_key("n")))
    assert log.count("is away") == log.count("is back") <= 2 and not log.count("lost the groups")
    assert "layer" not in log.text and "hunter" not in log.text


def wait_for_news(trio, *clients):
    for client in clients:
        wait_for(lambda: client.connection_pool.master_address == ("127.0.0.1", trio.master.port),
                 what="the news")


def follow(layer, reactor, loads):
    for load in loads:
        load.goes_on()
    daphne = layer.interfaces[PROCESS]
    wait_for(lambda: daphne.receiver.client.is_up, what="daphne at the new master")
    waiting = reactor.call(lambda: [layer.receive_twisted([PROCESS])])[0]
    layer.send_group("g", {"text": "after"})
    arrived = {reactor.call(lambda: waiting)[0],
               reactor.call(lambda: layer.receive_twisted([PROCESS]))[0]}
    assert arrived == {PROCESS + "a", PROCESS + "b"}


def test_threads_do_not_cut_each_other_off_after_a_failover(trio):
    layer = RedisSentinelChannelLayer(
        hosts=trio.sentinels, services=[trio.service], capacity=10000)
    everybody, arrived = threading.Barrier(4), []

    def send(name):
        everybody.wait(10)  # so that each needs a connection of its own
        for number in range(100):
            layer.send("jobs", {"name": name, "number": number})

    def send_all(*names):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(send, names))
    send_all(0, 1, 2, 3)
    trio.fail_over()
    wait_for_news(trio, layer.connection(0))
    before = trio.master.client.info("stats")["total_connections_received"]
    send_all(4, 5, 6, 7)
    send_all(8, 9, 10, 11)
    assert trio.master.client.info("stats")["total_connections_received"] - before < 20
    while layer.connection(0).llen("asgi:jobs"):
        arrived.append(layer.receive(["jobs"])[1])
    sent = {(name, number) for name in range(4, 12) for number in range(100)}
    assert sent - {(each["name"], each["number"]) for each in arrived} == set()


def test_sentinels_and_masters_may_speak_tls_and_want_certificates(new_redis, works, tmp_path):
    url, key, chain = tls_redis(new_redis, tmp_path, "--tls-auth-clients", "yes")
    query = "?ssl_cert_reqs=required&ssl_ca_certs=%s&ssl_keyfile=%s&ssl_certfile=%s" % (
        chain, key, chain)
    config = tmp_path / "sentinel.conf"
    config.write_text("sentinel monitor Primary 127.0.0.1 %s 1\ntls-replication yes\n"
                      % url.rpartition(":")[2][:-2])
    sentinel, _, _ = tls_redis(new_redis, tmp_path, first=[config, "--sentinel"])
    layer = RedisSentinelChannelLayer(
        hosts=[sentinel + query], services=["rediss://Primary" + query])
    works(layer)
    cache = new_cache("rediss://Primary" + query, [sentinel + query])
    cache.set("key", 1, 60)
    assert cache.get("key") == 1


class FakeSentinel:
    """Answers as the test says, or raises it."""

    def __init__(self, answer):
        self.answer = answer

    def sentinel_masters(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def sentinel_get_master_addr_by_name(self, service_name):
        return b"127.0.0.1", self.answer[service_name]["port"]


class FakeSentinels(Sentinels):
    def __init__(self, *answers):
        super().__init__([])
        self.sentinels = [FakeSentinel(answer) for answer in answers]


def master(port, is_down=False, epoch=0):
    return {"is_master": True, "is_sdown": is_down, "is_odown": False, "ip": "127.0.0.1",
            "port": port, "num-other-sentinels": 0, "config-epoch": epoch}


def test_the_sentinel_that_has_answered_is_asked_first_and_none_is_lost():
    sentinels = FakeSentinels(redis.ConnectionError("refused"), {"a": master(1)}, {"a": master(2)})
    list_of_another_thread = sentinels.sentinels
    first, second, third = list_of_another_thread
    assert sentinels.discover_master("a") == ("127.0.0.1", 1)
    assert list_of_another_thread == [first, second, third]
    assert sentinels.sentinels == [second, first, third]


def test_a_sentinel_that_has_not_heard_of_a_failover_leads_nobody_back():
    slow, fast = {"a": master(1, epoch=1)}, {"a": master(2, epoch=2)}
    sentinels = FakeSentinels(slow, fast)
    assert sentinels.discover_master("a") == ("127.0.0.1", 1)
    assert sentinels.newer_master("a", 0) == ("127.0.0.1", 1)
    assert sentinels.newer_master("a", 1) == ("127.0.0.1", 2)
    assert sentinels.newer_master("a", 2) is None
    assert sentinels.discover_master("a") == ("127.0.0.1", 2)
    fast["a"] = master(3, epoch=0)  # all have been set up again
    slow["a"] = master(3, epoch=0)
    assert sentinels.discover_master("a") == ("127.0.0.1", 3)


def test_where_nobody_names_a_master_it_is_said_what_each_has_answered():
    sentinels = FakeSentinels(redis.ConnectionError("refused"), redis.ResponseError("silent"),
                              {"a": master(1, is_down=True)}, {"b": master(1), "c": master(2)})
    with pytest.raises(MasterNotFoundError) as error:
        sentinels.discover_master("a")
    assert str(error.value) == (
        "no Sentinel names a master (refused; silent; its Sentinel considers it down; "
        "a Sentinel only knows b, c)")


def test_services_come_in_one_order_whichever_sentinel_is_asked():
    masters = [(name, master(1)) for name in "cab"]
    assert [FakeSentinels(dict(order)).services() for order in (masters, masters[::-1])] == [
        ["a", "b", "c"]] * 2
    with pytest.raises(redis.ConnectionError, match="refused; silent"):
        FakeSentinels(redis.ConnectionError("refused"), redis.TimeoutError("silent")).services()


def test_two_pools_are_of_one_server_if_service_and_sentinels_are_the_same():
    def key(service, *sentinels):
        return MasterPool.from_url("redis://" + service, sentinels).key
    assert key("a", ("h", 1), ("i", 2)) == key("a", "redis://:p@i:2", "redis://h:1")
    assert len({key("a", ("h", 1)), key("b", ("h", 1)), key("a", ("h", 2))}) == 3


@pytest.fixture
def two(new_redis):
    """Two servers that don't know of each other: the addresses tell which one is asked."""
    return new_redis("--save", ""), new_redis("--save", "")


def pool_of(*answers):
    return MasterPool("a", FakeSentinels(*answers))


def test_what_is_connected_to_an_old_master_leaves_it_when_anybody_hears_of_another(two):
    old, new = two
    pool = pool_of({"a": master(old.port)})
    client = redis.StrictRedis(connection_pool=pool)
    client.set("where", "old")
    closed, idle, used = [pool.get_connection("GET") for _ in range(3)]
    for each in (closed, idle, used):
        each.send_command("GET", "where")
        assert each.read_response() == b"old"
    closed.disconnect()
    pool.release(idle)
    pool.sentinel_manager.sentinels[0].answer = {"a": master(new.port, epoch=1)}
    assert pool.get_master_address() == ("127.0.0.1", new.port)
    with pytest.raises(redis.ConnectionError):
        used.read_response()
    assert client.get("where") is None
    pool.release(used)
    assert client.get("where") is None


def test_what_connects_just_as_there_is_another_master_is_broken_off(two):
    old, new = two
    pool = pool_of({"a": master(new.port)})
    late = pool.get_connection("GET")
    pool.get_master_address()
    late.connect_to(("127.0.0.1", old.port))
    with pytest.raises(redis.ConnectionError):
        late.send_command("GET", "where")
        late.read_response()


class LateSentinels(FakeSentinels):
    """The first to ask gets the old answer."""

    def discover_master(self, service_name):
        found = super().discover_master(service_name)
        self.sentinels = self.sentinels[1:] or self.sentinels
        return found


def test_a_client_of_daphnes_is_at_the_new_master_whenever_the_news_comes(two, reactor, log):
    answers = [{"a": master(server.port, epoch=epoch)} for epoch, server in enumerate(two)]
    endpoint = Endpoint(MasterPool("a", LateSentinels(*answers)))
    client = RedisClient(reactor.reactor, reactor.reactor, endpoint, Outage("service a"),
                         ("PING",), on_up=lambda: None)
    endpoint.on_moved(lambda: reactor.reactor.callFromThread(client.drop))
    reactor.call(client.start)
    wait_for(lambda: client.is_up and endpoint.address[1] == two[1].port, what="the new master")
    reactor.call(client.stop)
