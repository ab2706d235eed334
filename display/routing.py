"""
The sockets at /users/ and /ws/notices/.
"""
from channels import route

from . import consumers

channel_routing = [
    route("websocket.connect", consumers.ws_connect, path=r"^$"),
    route("websocket.receive", consumers.ws_receive, path=r"^$"),
    route("websocket.disconnect", consumers.ws_disconnect, path=r"^$"),
]

notices_routing = [
    route("websocket.connect", consumers.notices_connect, path=r"^$"),
    route("websocket.receive", consumers.notices_receive, path=r"^$"),
    route("websocket.disconnect", consumers.notices_disconnect, path=r"^$"),
]
