import logging
import uuid

import pytest
import redis

from channels_lts.layers.redis import RedisChannelLayer, keys
from tests.browser.proxy import Proxy
from tests.conftest import need
from tests.support.waiting import wait_for

from .servers import PROCESS, REDIS, Reactor, RedisServer
from .site import Site


@pytest.fixture(scope="session")
def reactor():
    running = Reactor().start()
    yield running
    running.stop()


@pytest.fixture
def new_redis(tmp_path):
    """Starts Redis servers of the test's own: call it with options of redis-server."""
    need(REDIS, "redis-server isn't installed")
    servers = []

    def start(*options, **connection):
        servers.append(RedisServer(tmp_path, *options, **connection))
        return servers[-1].start()
    yield start
    for server in servers:
        server.kill()


@pytest.fixture
def two_shards(new_redis):
    one, two = new_redis("--save", ""), new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[one.url, two.url])
    return layer, [one, two]


@pytest.fixture
def clean(redis_url):
    """Creates key names that no other test uses, and removes what is left under them."""
    prefixes = []

    def prefix():
        prefixes.append("test%s:" % uuid.uuid4().hex)
        return prefixes[-1]
    yield prefix
    connection = redis.StrictRedis.from_url(redis_url)
    for each in prefixes:
        for key in connection.scan_iter(each + "*", count=1000):
            connection.delete(key)


@pytest.fixture
def new_layer(redis_url, clean):
    """Makes layers on the Redis of the suite that see each other's messages, and nobody else's."""
    prefix = clean()

    def make(backend=RedisChannelLayer, **config):
        config.setdefault("hosts", [redis_url])
        return backend(prefix=prefix, stats_prefix=prefix + "stats:", **config)
    return make


@pytest.fixture
def layer(new_layer):
    return new_layer()


@pytest.fixture
def proxied(tmp_path, new_redis):
    """(site, proxy): a site whose daphne reaches Redis by the proxy; to be started."""
    server = new_redis("--save", "")
    proxy = Proxy(server.port)
    site = Site(tmp_path, server)
    site.config["hosts"] = ["redis://127.0.0.1:%d/0" % proxy.port]
    yield site, proxy
    site.stop()
    proxy.close()


class Log(logging.Handler):
    """What the layer has logged; the site's logging doesn't pass it on to pytest."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())

    @property
    def text(self):
        return "\n".join(self.lines)

    def count(self, words):
        return sum(words in line for line in self.lines)


@pytest.fixture
def log():
    logger, handler = logging.getLogger("channels_lts"), Log()
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def new_site(tmp_path, new_redis):
    """Starts a daphne and a worker on a Redis of their own."""
    sites = []

    def start(*redis_options, **config):
        options = redis_options or ("--save", "")
        sites.append(Site(tmp_path, new_redis(*options), **config))
        return sites[-1].start()
    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def works(reactor):
    """Has a layer send and receive both ways, in a worker and in daphne."""
    layers = []

    def check(layer):
        layers.append(layer)
        layer.send("jobs", {"text": "to a worker"})
        assert layer.receive(["jobs"], block=True) == ("jobs", {"text": "to a worker"})
        waiting = reactor.call(lambda: [layer.receive_twisted([PROCESS])])[0]
        wait_for(lambda: layer.connection(0).hexists(keys.interfaces(layer.prefix), PROCESS),
                 what="a registered process")
        layer.group_add("g", PROCESS + "a")
        layer.send_group("g", {"text": "to daphne"})
        assert reactor.call(lambda: waiting) == (PROCESS + "a", {"text": "to daphne"})
        reactor.call(layer.send, "jobs", {"text": "from daphne"})
        assert layer.receive(["jobs"], block=True) == ("jobs", {"text": "from daphne"})
    yield check
    for layer in layers:
        reactor.call(layer.interfaces[PROCESS].stop)
