"""
Presence stores of the tests' own, with a clock that the test turns.
"""
import uuid

from channels_lts.layers.ipc.segment import Segment
from channels_lts.layers.redis import RedisChannelLayer, keys
from channels_lts.presence.config import Config
from channels_lts.presence.ipc import IPCStore
from channels_lts.presence.memory import MemoryStore
from channels_lts.presence.redis import RedisStore

from ..layers import ipc

CONFIG = Config(grace=4, lease=20, longest=1000, retry=5, turn=1, most=100)


class Clock:
    def __init__(self):
        self.now = 1000000.0

    def __call__(self):
        return self.now


def make_memory_store(clock):
    return MemoryStore(CONFIG, clock)


def make_redis_store(clock, redis_url):
    layer = RedisChannelLayer(hosts=[redis_url], prefix="test%s:" % uuid.uuid4().hex)
    return RedisStore(layer, CONFIG, clock)


def make_ipc_store(clock, name=None):
    return IPCStore(Segment((name or "t%s" % uuid.uuid4().hex[:12]) + "-presence", 2 ** 18),
                    CONFIG, clock)


def forget(store):
    if isinstance(store, IPCStore):
        ipc.forget(store.segment.name[1:].rpartition("-")[0])
    if isinstance(store, RedisStore):
        for key in store.connection.scan_iter(store.layer.prefix + "*", count=1000):
            store.connection.delete(key)


class Daphne:
    """An interface server as presence sees it: a name, and the list that it publishes."""

    def __init__(self, store, name):
        self.store = store
        self.process = "daphne.response.%s!" % name
        self.open = set()
        self.version = 0
        self.list = None
        self.grace = ""  # while it ends

    def make_list(self):
        self.version += 1
        head = ("%d %s" % (self.version, self.grace)).strip()
        self.list = "\n".join([head] + sorted(self.open))

    def write_list(self):
        self.store.connection.set(
            keys.open_sockets(self.store.layer.prefix, self.process), self.list)

    def publish(self):
        self.make_list()
        self.write_list()

    def socket(self, name):
        self.open.add(name)
        return self.process + name
