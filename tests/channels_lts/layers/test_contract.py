"""
The contract of a layer: what each kind declares, and how those without more capabilities answer.
"""
import uuid

import asgi_ipc
import asgi_redis
import pytest
from asgiref.inmemory import ChannelLayer as InMemoryLayer
from channels.asgi import ChannelLayerWrapper

from channels_lts.layers import base
from channels_lts.layers.base import Capabilities, capabilities_of
from channels_lts.layers.redis import RedisChannelLayer
from tests.support.waiting import in_thread, wait_for

URL = "redis://:hunter2@redis.example:6379/0"


def test_a_layer_that_can_do_nothing_more_answers_for_all_it_may_be_asked():
    found = capabilities_of(InMemoryLayer())
    assert type(found) is Capabilities
    assert not found.waits and not found.logs_outages and not found.is_away()
    assert found.redis is None and found.shared_memory("name", 1) is None
    assert found.beat("worker", "host.1", {}) is None and found.alive("worker") == []
    assert found.settle() is found.report() is found.report(is_last=True) is None
    assert found.address() == ""


def test_it_receives_at_once_whatever_time_it_is_given():
    layer = InMemoryLayer()
    layer.send("jobs", {"number": 1})
    assert capabilities_of(layer).receive_within(["jobs"], 60) == ("jobs", {"number": 1})
    assert capabilities_of(layer).receive_within(["jobs"], 60) == (None, None)


@pytest.mark.parametrize("layer_class", [asgi_redis.RedisChannelLayer, RedisChannelLayer])
def test_an_address_has_no_password(layer_class):
    assert capabilities_of(layer_class(hosts=[URL])).address() == (
        "redis://***@redis.example:6379/0")


@pytest.mark.parametrize("layer_class", [asgi_redis.RedisChannelLayer, RedisChannelLayer])
def test_what_channels_wraps_around_a_layer_has_its_capabilities(layer_class):
    layer = layer_class(hosts=[URL])
    assert capabilities_of(ChannelLayerWrapper(layer, "default", [])).redis is layer


def test_a_layer_derived_from_a_stock_one_is_described_as_that():
    class Derived(asgi_redis.RedisChannelLayer):
        pass
    assert capabilities_of(Derived(hosts=[URL])).waits
    assert not capabilities_of(asgi_ipc.IPCChannelLayer("test%s" % uuid.uuid4().hex[:8])).waits


def test_a_layer_of_others_that_declares_its_capabilities_is_believed():
    class Special(Capabilities):
        logs_outages = True

    class Declared(InMemoryLayer, base.ChannelLayer):
        @property
        def capabilities(self):
            return Special(self)
    assert capabilities_of(Declared()).logs_outages


def test_a_layer_of_ours_that_lacks_a_method_can_not_be_made():
    with pytest.raises(TypeError, match="capabilities"):
        type("Lacking", (InMemoryLayer, base.ChannelLayer), {})()


@pytest.fixture(params=[asgi_redis.RedisChannelLayer, RedisChannelLayer])
def redis_layer(request, redis_url, clean):
    layer_class = type("Patient", (request.param,), {"blpop_timeout": 3600})
    return layer_class(hosts=[redis_url], prefix=clean())


def test_a_wait_with_a_limit_ends_with_a_message_or_the_limit(redis_layer):
    receive = capabilities_of(redis_layer).receive_within
    assert receive(["jobs"], 0) == (None, None)
    redis_layer.send("jobs", {"number": 1})
    assert receive(["jobs"], 60) == ("jobs", {"number": 1})
    waiting = in_thread(receive, ["jobs"], 1)
    assert waiting() == (None, None)


def test_it_changes_nothing_for_others_who_receive_on_the_layer(redis_layer):
    capabilities_of(redis_layer).receive_within(["jobs"], 1)
    assert redis_layer.blpop_timeout == 3600


def test_who_waits_with_a_limit_hears_of_a_full_channel(redis_url, clean):
    layer = RedisChannelLayer(hosts=[redis_url], prefix=clean(), capacity=1)
    layer.send("p!a", {})
    capabilities_of(layer).receive_within(["jobs"], 1)
    with pytest.raises(layer.ChannelFull):
        layer.send("p!a", {})


def test_our_layer_tells_that_it_is_away_and_logs_it_itself(two_shards, log):
    layer, servers = two_shards
    found = capabilities_of(layer)
    servers[0].stop()
    wait_for(lambda: layer.receive(["jobs"]) and layer.circuit_breaker.is_away(0),
             what="an outage of one")
    assert found.logs_outages and not found.is_away()
    servers[1].stop()
    wait_for(lambda: layer.receive(["jobs"]) and found.is_away(), what="an outage of both")
