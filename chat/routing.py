"""
The sockets below /ws/chat/.
"""
from channels import route

from . import consumers

ROOM = r"^(?P<name>[A-Za-z0-9_-]{1,50})/$"

channel_routing = [
    route("websocket.connect", consumers.rooms_connect, path=r"^$"),
    route("websocket.receive", consumers.rooms_receive, path=r"^$"),
    route("websocket.disconnect", consumers.rooms_disconnect, path=r"^$"),
    route("websocket.connect", consumers.ws_connect, path=ROOM),
    route("websocket.receive", consumers.ws_receive, path=ROOM),
    route("websocket.disconnect", consumers.ws_disconnect, path=ROOM),
]
