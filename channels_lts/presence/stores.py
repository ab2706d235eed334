"""
Which store a channel layer has.
"""
import threading
from weakref import WeakKeyDictionary

from channels import DEFAULT_CHANNEL_LAYER, channel_layers

from .config import from_settings
from .ipc import IPCStore
from .memory import MemoryStore
from .redis import RedisStore

_stores = WeakKeyDictionary()
_lock = threading.Lock()


def store():
    """The store of the default layer: where the layer itself keeps what it knows."""
    layer = channel_layers[DEFAULT_CHANNEL_LAYER].channel_layer
    with _lock:
        if layer not in _stores:
            _stores[layer] = make_store(layer)
        return _stores[layer]


def make_store(layer):
    if hasattr(layer, "consistent_hash"):
        return RedisStore(layer, from_settings())
    if hasattr(layer, "memory"):
        return IPCStore(layer.memory("presence", IPCStore.size), from_settings())
    return MemoryStore(from_settings())
