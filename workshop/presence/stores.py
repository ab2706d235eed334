"""
Which store a channel layer has.
"""
import threading
from weakref import WeakKeyDictionary

from channels import DEFAULT_CHANNEL_LAYER, channel_layers

from .memory import MemoryStore
from .redis import RedisStore
from .terms import terms

_stores = WeakKeyDictionary()
_lock = threading.Lock()


def store():
    """The store of the default layer: in the layer's Redis, or in memory with the layer there."""
    layer = channel_layers[DEFAULT_CHANNEL_LAYER].channel_layer
    with _lock:
        if layer not in _stores:
            _stores[layer] = make_store(layer)
        return _stores[layer]


def make_store(layer):
    if hasattr(layer, "consistent_hash"):
        return RedisStore(layer, terms())
    return MemoryStore(terms())
