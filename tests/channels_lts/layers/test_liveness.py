import asgi_redis
from asgiref.inmemory import ChannelLayer

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import keys, liveness


def test_who_has_reported_is_alive_with_its_details(new_layer):
    layer = new_layer()
    capabilities_of(layer).beat("worker", "host.2", {"threads": 1})
    capabilities_of(layer).beat("worker", "host.1", {"threads": 4})
    capabilities_of(layer).beat("interface", "daphne.response.x!", {"sockets": 3})
    first, second = capabilities_of(layer).alive("worker")
    assert (first["name"], first["threads"]) == ("host.1", 4)
    assert (second["name"], second["threads"]) == ("host.2", 1)
    assert first["at"] > 1e9
    assert [each["sockets"] for each in capabilities_of(layer).alive("interface")] == [3]


def test_a_report_expires_and_its_name_is_forgotten(layer):
    capabilities_of(layer).beat("worker", "host.1", {})
    report = keys.report(layer.prefix, "worker", "host.1")
    assert 0 < layer.connection(0).ttl(report) <= liveness.LIFETIME
    layer.connection(0).delete(report)
    assert capabilities_of(layer).alive("worker") == []
    assert layer.connection(0).scard(keys.reporting(layer.prefix, "worker")) == 0


def test_the_stock_layer_keeps_a_roster_too_and_one_without_redis_has_none(new_layer):
    stock = new_layer(asgi_redis.RedisChannelLayer)
    capabilities_of(stock).beat("worker", "host.1", {})
    assert [each["name"] for each in capabilities_of(stock).alive("worker")] == ["host.1"]
    capabilities_of(ChannelLayer()).beat("worker", "host.1", {})
    assert capabilities_of(ChannelLayer()).alive("worker") == []
