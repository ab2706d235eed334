"""
Include at the path in CHANNELS_LTS["ADMIN_SOCKETS"], by default "/ws/admin/":

    include("channels_lts.admin.routing.channel_routing", path=r"^/ws/admin/"),
    include("channels_lts.presence.routing.channel_routing"),
"""
from channels import route_class

from .consumers import FormConsumer, ListConsumer
from .index import IndexConsumer

channel_routing = [
    route_class(IndexConsumer, path=r"^(?P<site>[\w.-]+)/$"),
    route_class(ListConsumer, path=r"^(?P<site>[\w.-]+)/(?P<model>\w+\.\w+)/$"),
    route_class(FormConsumer, path=r"^(?P<site>[\w.-]+)/(?P<model>\w+\.\w+)/(?P<pk>[^/]+)/$"),
]
