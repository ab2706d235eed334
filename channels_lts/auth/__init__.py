"""
As channels.auth: the user behind a socket; and the end of sockets with what they stand on.

Consumers are decorated with on_connect, on_receive and on_disconnect (or channels' own names).
Their sockets are closed with SESSION_ENDED when their session or user ends: logout, a changed
password, deactivation, deletion, expiry. They are closed with SESSION_CHANGED, to come back at
once, when the session has another key or the user other permissions. `disconnect` does both by
hand. Needs SocketSessionMiddleware before Django's SessionMiddleware, and "channels_lts" in
INSTALLED_APPS.
"""
from .codes import SESSION_CHANGED, SESSION_ENDED
from .decorators import (
    accept,
    attach_request_user,
    channel_session_user,
    channel_session_user_from_http,
    http_session_user,
    join,
    on_connect,
    on_disconnect,
    on_receive,
)
from .endings import disconnect, sessions_disconnected, sockets_disconnected
from .middleware import SocketSessionMiddleware

__all__ = [
    "SESSION_CHANGED", "SESSION_ENDED", "SocketSessionMiddleware", "accept", "attach_request_user",
    "channel_session_user", "channel_session_user_from_http", "disconnect", "http_session_user",
    "join", "on_connect", "on_disconnect", "on_receive", "sessions_disconnected",
    "sockets_disconnected",
]
