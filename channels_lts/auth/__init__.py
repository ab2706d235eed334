"""
Counterpart of channels.auth: the user behind a socket, and closing sockets when that user's login
or session ends.

Consumers are decorated with on_connect, on_receive and on_disconnect (or channels' own names).
A socket is closed with SESSION_ENDED when its session or user ends: logout, a changed password,
deactivation, deletion, expiry. It is closed with SESSION_CHANGED, so that the page reconnects at
once, when the session gets another key or the user other permissions. `disconnect` does both
explicitly. Needs SocketSessionMiddleware before Django's SessionMiddleware, and "channels_lts" in
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
