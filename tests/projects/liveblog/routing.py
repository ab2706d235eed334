from blog.consumers import Discussion, connect_blog, disconnect_blog
from channels import route, route_class

STREAM = r"^/(?P<slug>[\w-]+)/stream/$"

channel_routing = [
    route("websocket.connect", connect_blog, path=STREAM),
    route("websocket.disconnect", disconnect_blog, path=STREAM),
    route_class(Discussion, path=r"^/discussion/$"),
]
