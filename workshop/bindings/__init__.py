"""
Two-way bindings between models and WebSocket streams, on channels' WebsocketBinding.
"""
from .base import Binding
from .demultiplexer import Demultiplexer

__all__ = ["Binding", "Demultiplexer"]
