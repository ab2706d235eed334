from channels.routing import route
from consumers import ws_connect, ws_connect_with_session, ws_disconnect, ws_receive

channel_routing = [
    route("websocket.connect", ws_connect, path=r"^/group/(?P<group>\w+)/$"),
    route("websocket.connect", ws_connect_with_session, path=r"^/session/(?P<group>\w+)/$"),
    route("websocket.receive", ws_receive, path=r"^/\w+/(?P<group>\w+)/$"),
    route("websocket.disconnect", ws_disconnect, path=r"^/\w+/(?P<group>\w+)/$"),
]
