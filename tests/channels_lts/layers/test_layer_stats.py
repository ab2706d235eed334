import json
from io import StringIO
from types import SimpleNamespace

import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.asgi import ChannelLayerWrapper
from django.core.management import CommandError, call_command
from redis.exceptions import ConnectionError

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import bundle, keys
from channels_lts.management.commands import layer_stats
from tests.support.waiting import wait_for

PROCESS = "daphne.response.abc!"


@pytest.fixture
def site_layer(new_layer):
    """The site's routing on a layer in Redis, with one daphne, worker and delay server."""
    layer = new_layer(capacity=2)
    routing = channel_layers[DEFAULT_CHANNEL_LAYER].routing
    before = channel_layers.set(
        DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(layer, DEFAULT_CHANNEL_LAYER, routing))
    capabilities_of(layer).beat("interface", PROCESS, {"sockets": 3})
    capabilities_of(layer).beat("worker", "host.7", {"threads": 4})
    capabilities_of(layer).beat("delay", "host.8", {"threads": 1})
    yield layer
    channel_layers.set(DEFAULT_CHANNEL_LAYER, before)


def shown(*options):
    output = StringIO()
    call_command("layer_stats", *options, stdout=output)
    return output.getvalue()


def row(found, name):
    return next(each for each in found if each["name"] == name)


def test_a_redis_that_evicts_is_told_above_the_tables(site_layer):
    server = site_layer.connection(0)
    before = server.config_get("maxmemory*")
    try:
        server.config_set("maxmemory", 2 ** 30)
        server.config_set("maxmemory-policy", "volatile-lru")
        assert "maxmemory-policy volatile-lru" in shown().split("\n")[0]
        assert len(json.loads(shown("--json"))["problems"]) == 1
    finally:
        server.config_set("maxmemory", before["maxmemory"])
        server.config_set("maxmemory-policy", before["maxmemory-policy"])
    assert json.loads(shown("--json"))["problems"] == []


def test_it_shows_channels_daphnes_and_workers(site_layer):
    for _ in range(2):
        site_layer.send("http.request", {})
    with pytest.raises(site_layer.ChannelFull):
        site_layer.send("http.request", {})
    for group, name in (("g", "a"), ("g", "b"), ("h", "a")):
        site_layer.group_add(group, PROCESS + name)
    site_layer.connection(0).hset(keys.interfaces(site_layer.prefix), PROCESS, "1 100")
    site_layer.send_group("g", {"text": "x"})
    site_layer.send("asgi.delay", {})
    found = json.loads(shown("--json"))
    http = row(found["channels"], "http.request")
    assert (http["pending"], http["sent"], http["dropped"]) == (2, 2, 1)
    assert 0 <= http["oldest"] < 60
    daphne = row(found["channels"], PROCESS)
    assert (daphne["pending"], daphne["sent"], daphne["dropped"]) == (1, 2, 0)
    assert row(found["channels"], "websocket.connect")["sent"] == 0
    assert row(found["channels"], "asgi.delay")["pending"] == 1
    assert row(found["interfaces"], PROCESS)["sockets"] == 3
    assert row(found["interfaces"], PROCESS)["groups"] == 2
    assert row(found["workers"], "host.7")["threads"] == 4
    assert [each["name"] for each in found["delays"]] == ["host.8"]


def test_it_shows_what_was_dropped_for_other_reasons(site_layer, log):
    for channel in ("http.request", PROCESS):
        site_layer.drop_log.note(channel, 3, reason="Redis is away")
    site_layer.report_statistics()
    site_layer.report_statistics()
    found = json.loads(shown("--json"))["channels"]
    assert row(found, "http.request")["dropped"] == row(found, PROCESS)["dropped"] == 3


def test_a_server_that_is_away_does_not_make_another_count_twice(two_shards, log):
    layer, servers = two_shards
    process = next(name for name in ("daphne.response.%d!" % number for number in range(100))
                   if layer.consistent_hash(name) == 1)
    layer.counters.dropped("jobs", 5)
    layer.counters.dropped(process, 1)
    servers[1].stop()
    for _ in range(3):
        with pytest.raises(ConnectionError):
            layer.report_statistics()
    assert layer._count_channel_stats("jobs", [layer.connection(0)])["channel_full_count"] == 5
    servers[1].start()
    wait_for(lambda: not layer.circuit_breaker.is_away(1), what="the return")
    layer.report_statistics()
    assert layer.counters.take() == {}
    assert layer.channel_statistics(process)["channel_full_count"] == 1


def test_what_can_not_be_counted_now_is_counted_later(site_layer, log, monkeypatch):
    site_layer.drop_log.note("http.request", reason="Redis is away")

    def fail(*arguments):
        raise ConnectionError("refused")
    with monkeypatch.context() as patch:
        patch.setattr(site_layer.circuit_breaker, "call", fail)
        with pytest.raises(ConnectionError):
            site_layer.report_statistics()
    site_layer.report_statistics()
    assert row(json.loads(shown("--json"))["channels"], "http.request")["dropped"] == 1


def test_it_shows_the_age_of_the_oldest_message(site_layer):
    bundled = PROCESS, "1 100"
    site_layer.connection(0).hset(keys.interfaces(site_layer.prefix), *bundled)
    for channel in ("http.request", PROCESS + "a"):
        site_layer.send(channel, {})
    # As old as if it had been sent with 60 seconds to live and 20 were left.
    entry, = site_layer.connection(0).lrange(site_layer.prefix + PROCESS, 0, -1)
    aged = bundle.pack(bundle.expires(entry) - 40, *bundle.unpack(entry)[1:])
    site_layer.connection(0).lset(site_layer.prefix + PROCESS, 0, aged)
    key, = site_layer.connection(0).lrange(site_layer.prefix + "http.request", 0, -1)
    site_layer.connection(0).expire(key, 20)
    found = json.loads(shown("--json"))["channels"]
    for channel in ("http.request", PROCESS):
        assert 40 <= row(found, channel)["oldest"] < 60


def test_a_message_in_a_newer_format_is_pending_and_of_no_known_age(site_layer):
    site_layer.connection(0).rpush(site_layer.prefix + "http.request", b"\0\x63something newer")
    found = row(json.loads(shown("--json"))["channels"], "http.request")
    assert (found["pending"], found["oldest"]) == (1, 0)


def test_the_table_has_a_line_for_each(site_layer):
    site_layer.send("http.request", {})
    lines = {line.split()[0]: line.split()[1:] for line in shown().splitlines() if line.strip()}
    assert lines["CHANNEL"] == ["pending", "oldest", "sent", "dropped"]
    assert lines["http.request"][0] == lines["http.request"][2] == "1"
    assert lines[PROCESS] == ["3", "0"]
    assert lines["host.7"][0] == "4"
    assert (lines["DELAY"], lines["host.8"][1:]) == (["seen"], ["s", "ago"])


def test_watching_shows_it_again_until_interrupted(site_layer, monkeypatch):
    looks = []

    def sleep(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            raise KeyboardInterrupt
    # Not `time.sleep` itself: threads of other tests sleep, too.
    monkeypatch.setattr(layer_stats, "time", SimpleNamespace(sleep=sleep))
    assert shown("--json", "--watch", "--interval", "5").count("interfaces") == 3
    assert looks == [5, 5, 5]


def test_without_redis_it_says_what_is_missing():
    with pytest.raises(CommandError, match="set BACKEND in CHANNEL_LAYERS"):
        call_command("layer_stats")


@pytest.mark.parametrize("name", ["host", "host.7", "host.8"])
def test_it_waits_no_longer_for_who_is_alive(site_layer, name):
    assert shown("--wait-for", name, "--seconds", "0") == ""


@pytest.mark.parametrize("name", ["hos", "host.9", "other"])
def test_it_says_who_is_not_alive_in_time(site_layer, name):
    with pytest.raises(CommandError, match="%s hasn't reported within 0 seconds" % name):
        shown("--wait-for", name, "--seconds", "0")
