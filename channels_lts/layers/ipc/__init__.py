"""
The channel layer for one host without Redis: asgi_ipc's, which a killed process or a large
message can't break. docs/ipc.md says what differs.
"""
from .layer import IPCChannelLayer

__all__ = ["IPCChannelLayer"]
