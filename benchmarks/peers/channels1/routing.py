from channels.routing import route
from consumers import (
    echo,
    join_groups,
    leave_groups,
    poll,
    ws_connect,
    ws_connect_with_session,
    ws_disconnect,
    ws_receive,
)

GROUPS = r"^/groups/(?P<count>\d+)/(?P<group>\w+)/$"

channel_routing = [
    route("websocket.connect", join_groups, path=GROUPS),
    route("websocket.receive", echo, path=GROUPS),
    route("websocket.disconnect", leave_groups, path=GROUPS),
    route("http.request", poll, path=r"^/poll/$"),
    route("websocket.connect", ws_connect, path=r"^/group/(?P<group>\w+)/$"),
    route("websocket.connect", ws_connect_with_session, path=r"^/session/(?P<group>\w+)/$"),
    route("websocket.receive", ws_receive, path=r"^/\w+/(?P<group>\w+)/$"),
    route("websocket.disconnect", ws_disconnect, path=r"^/\w+/(?P<group>\w+)/$"),
]
