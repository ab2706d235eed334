"""
Two-way bindings between models and WebSocket streams, on channels' WebsocketBinding.
docs/bindings.md tells how to write one and what it guarantees.
"""
from .base import Binding
from .demultiplexer import Demultiplexer
from .errors import BindingError
from .manager import BoundManager, BoundQuerySet

__all__ = ["Binding", "BindingError", "BoundManager", "BoundQuerySet", "Demultiplexer"]
