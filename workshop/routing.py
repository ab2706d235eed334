"""
The WebSocket map: which app's consumers answer at which path. HTTP goes to workshop.urls, except
for two paths of the primer.
"""
from channels import include, route, route_class

from links.demultiplexers import (
    APIDemultiplexer,
    LinkDemultiplexer,
    LinkTagDemultiplexer,
    TagDemultiplexer,
)

from .consumers import refuse

channel_routing = [
    route_class(APIDemultiplexer, path=r"^/updates/$"),
    route_class(LinkTagDemultiplexer, path=r"^/updates/linktags/$"),
    route_class(LinkDemultiplexer, path=r"^/updates/links/$"),
    route_class(TagDemultiplexer, path=r"^/updates/tags/$"),
    include("display.routing.channel_routing", path=r"^/users/"),
    include("display.routing.notices_routing", path=r"^/ws/notices/"),
    include("chat.routing.channel_routing", path=r"^/ws/chat/"),
    include("primer.routing.channel_routing"),
    include("channels_lts.admin.routing.channel_routing", path=r"^/ws/admin/"),
    include("channels_lts.presence.routing.channel_routing"),
    # Channels accepts a socket that no route matches; this site doesn't.
    route("websocket.connect", refuse),
]
