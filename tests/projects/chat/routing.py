from channels import include, route
from rooms.consumers import chat_message, ws_connect, ws_disconnect, ws_receive

room_routing = [
    route("websocket.connect", ws_connect, path=r"^/(?P<room>\w+)/$"),
    route("websocket.receive", ws_receive),
    route("websocket.disconnect", ws_disconnect),
]

channel_routing = [
    include(room_routing, path=r"^/room"),
    route("chat-messages", chat_message),
]
