"""
The channel layer for one host without Redis: asgi_ipc's, made to survive killed processes and
large messages. docs/ipc.md says what differs.
"""
from channels_lts.extras import extra

with extra("ipc"):
    from .layer import IPCChannelLayer

__all__ = ["IPCChannelLayer"]
