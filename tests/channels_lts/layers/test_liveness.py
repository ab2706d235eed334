import asgi_redis
from asgiref.inmemory import ChannelLayer

from channels_lts.layers.redis import keys, liveness


def test_who_has_reported_is_alive_with_its_details(new_layer):
    layer = new_layer()
    liveness.beat(layer, "worker", "host.2", {"threads": 1})
    liveness.beat(layer, "worker", "host.1", {"threads": 4})
    liveness.beat(layer, "interface", "daphne.response.x!", {"sockets": 3})
    first, second = liveness.alive(layer, "worker")
    assert (first["name"], first["threads"]) == ("host.1", 4)
    assert (second["name"], second["threads"]) == ("host.2", 1)
    assert first["at"] > 1e9
    assert [each["sockets"] for each in liveness.alive(layer, "interface")] == [3]


def test_a_report_expires_and_its_name_is_forgotten(layer):
    liveness.beat(layer, "worker", "host.1", {})
    report = keys.report(layer.prefix, "worker", "host.1")
    assert 0 < layer.connection(0).ttl(report) <= liveness.LIFETIME
    layer.connection(0).delete(report)
    assert liveness.alive(layer, "worker") == []
    assert layer.connection(0).scard(keys.roster(layer.prefix, "worker")) == 0


def test_the_stock_layer_keeps_a_roster_too_and_one_without_redis_has_none(new_layer):
    stock = new_layer(asgi_redis.RedisChannelLayer)
    liveness.beat(stock, "worker", "host.1", {})
    assert [each["name"] for each in liveness.alive(stock, "worker")] == ["host.1"]
    liveness.beat(ChannelLayer(), "worker", "host.1", {})
    assert liveness.alive(ChannelLayer(), "worker") == []
