from channels.routing import route
from consumers import (
    ws_connect,
    ws_connect_and_keep_user,
    ws_connect_as_user,
    ws_disconnect_as_user,
    ws_receive,
    ws_receive_as_user,
)
from django.conf import settings

channel_routing = [
    route("websocket.connect", ws_connect, path=r"^/echo/$"),
    route("websocket.receive", ws_receive, path=r"^/echo/$"),
    route("websocket.connect", ws_connect_as_user, path=r"^/as-user/$"),
    route("websocket.connect", ws_connect_and_keep_user, path=r"^/echo-to-user/$"),
    route("websocket.receive", ws_receive_as_user, path=r"^/echo-to-user/$"),
    route("websocket.disconnect", ws_disconnect_as_user,
          path=r"^/echo-to-user/$|^/as-user/$" if settings.GUARDS else r"^/echo-to-user/$"),
]
if settings.GUARDS:
    channel_routing.append(route("http.request", "channels_lts.security.handler.view_consumer"))
