"""
Two-way bindings between models and WebSocket streams, on channels' WebsocketBinding.
docs/bindings.md tells how to write one and what it guarantees.
"""
from .demultiplexer import Demultiplexer
from .errors import BindingError
from .manager import BoundManager, BoundQuerySet
from .websockets import WebsocketBinding

__all__ = ["BindingError", "BoundManager", "BoundQuerySet", "Demultiplexer", "WebsocketBinding"]
