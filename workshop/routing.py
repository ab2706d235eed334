"""
The WebSocket map: which app's consumers answer at which path. HTTP goes to workshop.urls, but for
two paths of the primer.
"""
from channels import include, route

from .consumers import refuse

channel_routing = [
    include("display.routing.channel_routing", path=r"^/users/"),
    include("links.routing.channel_routing", path=r"^/updates/"),
    include("chat.routing.channel_routing", path=r"^/ws/chat/"),
    include("primer.routing.channel_routing"),
    include("channels_lts.presence.routing.channel_routing"),
    # Channels accepts a socket that no route matches; this site doesn't.
    route("websocket.connect", refuse),
]
