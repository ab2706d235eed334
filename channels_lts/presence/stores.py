"""
Which store a channel layer uses.
"""
import threading
from weakref import WeakKeyDictionary

from channels import DEFAULT_CHANNEL_LAYER, channel_layers

from ..layers.base import capabilities_of
from .config import from_settings
from .ipc import IPCStore
from .memory import MemoryStore
from .redis import RedisStore

_stores = WeakKeyDictionary()
_lock = threading.Lock()


def store():
    """The store of the default layer: kept where the layer itself keeps its data."""
    layer = channel_layers[DEFAULT_CHANNEL_LAYER].channel_layer
    with _lock:
        if layer not in _stores:
            _stores[layer] = make_store(layer)
        return _stores[layer]


def make_store(layer):
    capabilities = capabilities_of(layer)
    if capabilities.redis is not None:
        return RedisStore(capabilities.redis, from_settings())
    memory = capabilities.shared_memory("presence", IPCStore.size)
    return MemoryStore(from_settings()) if memory is None else IPCStore(memory, from_settings())
