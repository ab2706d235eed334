"""
Counterpart of channels.binding: two-way bindings between models and streams, whose frames report
committed changes. docs/bindings.md explains how to write one and what it guarantees.
"""
from . import checks  # noqa: F401 (they register themselves)
from .base import Binding
from .errors import BindingError
from .history import History
from .manager import BoundManager, BoundQuerySet
from .websockets import WebsocketBinding, WebsocketBindingWithMembers

__all__ = ["Binding", "BindingError", "BoundManager", "BoundQuerySet", "History",
           "WebsocketBinding", "WebsocketBindingWithMembers"]
