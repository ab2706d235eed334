"""
The first and the last moments of a daphne, with a Redis that isn't ready for them.
"""
import pytest

from channels_lts.layers.redis import RedisChannelLayer, keys
from channels_lts.layers.redis.counters import DROPPED
from tests.browser.proxy import Proxy
from tests.support.waiting import wait_for

PROCESS = "daphne.response.here!"


@pytest.fixture
def server(new_redis):
    return new_redis("--save", "")


@pytest.fixture
def start(reactor):
    """Lets a layer be daphne's; returns its Interface."""
    layers = []

    def begin(layer):
        layers.append(layer)
        reactor.call(lambda: [layer.receive_twisted([PROCESS])])
        return layer.interfaces[PROCESS]
    yield begin
    for layer in layers:
        reactor.call(layer.interfaces[PROCESS].stop)


def registration(server):
    return server.client.hget(keys.interfaces("asgi:"), PROCESS)


def test_nothing_waits_in_the_reactor_for_a_redis_that_hangs_at_the_start(
        server, start, reactor, log):
    server.hang()
    layer = RedisChannelLayer(hosts=[server.url], connection_kwargs={"socket_timeout": 5})
    start(layer)
    reactor.call(layer.send, "http.request", {"path": "/"})
    server.go_on()
    other = RedisChannelLayer(hosts=[server.url])
    assert wait_for(lambda: other.receive(["http.request"])[1], what="it") == {"path": "/"}


def test_a_daphne_that_ends_while_its_connection_is_down_is_not_registered_any_more(
        server, start, reactor, log):
    proxy = Proxy(server.port)
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:%d/0" % proxy.port])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    proxy.cut()
    wait_for(lambda: not interface.clients[0].is_up, what="a connection that is down")
    reactor.call(interface.stop)
    assert registration(server) == b"gone"
    proxy.close()


def test_what_a_hung_redis_has_not_answered_is_told_of_at_the_end(server, start, reactor, log):
    layer = RedisChannelLayer(hosts=[server.url])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    server.hang()
    for _ in range(12):  # more than the systems' buffers hold
        reactor.call(layer.send, "websocket.receive", {"text": "x" * 10 ** 6})
    reactor.call(interface.stop)
    assert layer.counters.take() == {("websocket.receive", DROPPED): 12}
    assert "1 message to websocket.receive not taken" in log.text


def test_what_was_dropped_is_counted_at_the_end_and_redis_is_not_taken_for_away(
        server, start, reactor, log):
    layer = RedisChannelLayer(hosts=[server.url])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    layer.counters.dropped("http.disconnect", 7)
    reactor.call(interface.stop)
    assert log.lines == []
    assert RedisChannelLayer(hosts=[server.url]).channel_statistics(
        "http.disconnect")["channel_full_count"] == 7


def test_what_was_dropped_is_counted_while_daphne_runs(server, start, reactor, log):
    layer = RedisChannelLayer(hosts=[server.url])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    assert interface.beats.interval == interface.heartbeat.beat_seconds
    layer.drop_log.note(PROCESS, 2, reason="a browser reads too slowly")
    reactor.call(interface._beat)
    other = RedisChannelLayer(hosts=[server.url])
    wait_for(lambda: other.channel_statistics(PROCESS)["channel_full_count"] == 2, what="a count")


def test_a_part_of_the_heartbeat_that_raises_ends_neither_it_nor_the_others(
        server, start, reactor, log, monkeypatch):
    layer = RedisChannelLayer(hosts=[server.url])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")

    def fail():
        raise ValueError("what nobody thought of")
    monkeypatch.setattr(interface.heartbeat, "beat", fail)
    layer.drop_log.note(PROCESS, 2, reason="a browser reads too slowly")
    reactor.call(interface._beat)
    assert interface.beats.running
    assert log.count("part of the heartbeat failed") == 1
    other = RedisChannelLayer(hosts=[server.url])
    wait_for(lambda: other.channel_statistics(PROCESS)["channel_full_count"] == 2, what="a count")


def test_what_was_counted_is_kept_while_the_connection_is_down(server, start, reactor, log):
    proxy = Proxy(server.port)
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:%d/0" % proxy.port])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    proxy.cut()
    wait_for(lambda: not interface.clients[0].is_up, what="a connection that is down")
    layer.counters.dropped("jobs")

    def report_and_look():
        interface.counter_flush.report()
        return layer.counters.take()
    assert reactor.call(report_and_look) == {("jobs", DROPPED): 1}
    proxy.close()


def test_what_was_counted_during_the_last_report_is_reported_too(server, start, reactor, log):
    layer = RedisChannelLayer(hosts=[server.url])
    interface = start(layer)
    wait_for(lambda: registration(server), what="a registration")
    interface.counter_flush.under_way.add(0)
    layer.counters.dropped("jobs", 3)
    reactor.call(interface.stop)
    other = RedisChannelLayer(hosts=[server.url])
    assert other.channel_statistics("jobs")["channel_full_count"] == 3
