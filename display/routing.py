"""
The socket at /users/.
"""
from channels import route

from .consumers import ws_connect, ws_disconnect, ws_receive

channel_routing = [
    route("websocket.connect", ws_connect, path=r"^$"),
    route("websocket.receive", ws_receive, path=r"^$"),
    route("websocket.disconnect", ws_disconnect, path=r"^$"),
]
