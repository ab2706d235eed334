"""
asgiref's own suite for channel layers, on each way that this one works.
"""
import os
import uuid

import pytest
from asgiref.conformance import ConformanceTestCase

from channels_lts.layers.redis import RedisChannelLayer

URL = os.environ.get("TEST_REDIS_URL", "redis://localhost:6379/0")


class Layer(RedisChannelLayer):
    blpop_timeout = 0.3

    def __init__(self, **config):
        name = "conformance-%s:" % uuid.uuid4().hex
        super().__init__(expiry=1, group_expiry=1, capacity=5, prefix=name,
                         stats_prefix=name + "stats:", **config)


class Conformance:
    """The tests; the layer is made late, when it is known that there is a Redis."""
    config = {}
    expiry_delay = 1.1
    capacity_limit = 5

    @pytest.fixture(autouse=True, scope="class")
    def make_layer(self, request, redis_url):
        layer = request.cls.channel_layer = Layer(hosts=self.hosts(redis_url), **self.config)
        yield
        layer.flush()

    def hosts(self, url):
        return [url]


class Sharded(Conformance):
    config = {"channel_capacity": {"capp!": 10}}  # the others have room for 5 on each of two
    capacity_limit = 10

    def hosts(self, url):
        base, _, number = url.rpartition("/")
        other = "%s/%d" % (base, (int(number) + 1) % 16)
        return [url, other]


class Encrypted(Conformance):
    config = {"symmetric_encryption_keys": ["new", "old"]}


class ShardedEncrypted(Sharded):
    config = dict(Sharded.config, **Encrypted.config)


class Twisted:
    """Receives as daphne does."""

    @pytest.fixture(autouse=True, scope="class")
    def run_reactor(self, request, make_layer, reactor):
        request.cls.reactor = reactor
        yield
        for interface in request.cls.channel_layer.interfaces.values():
            reactor.call(interface.stop)

    def receive(self, channels):
        return self.reactor.call(self.channel_layer.receive_twisted, channels)


class TestBlocking(Conformance, ConformanceTestCase):
    pass


class TestBlockingSharded(Sharded, ConformanceTestCase):
    pass


class TestBlockingEncrypted(Encrypted, ConformanceTestCase):
    pass


class TestBlockingShardedEncrypted(ShardedEncrypted, ConformanceTestCase):
    pass


class TestTwisted(Twisted, Conformance, ConformanceTestCase):
    pass


class TestTwistedSharded(Twisted, Sharded, ConformanceTestCase):
    pass


class TestTwistedEncrypted(Twisted, Encrypted, ConformanceTestCase):
    pass


class TestTwistedShardedEncrypted(Twisted, ShardedEncrypted, ConformanceTestCase):
    pass


del ConformanceTestCase  # pytest would collect it as a test of its own
