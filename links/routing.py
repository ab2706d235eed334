"""
The sockets below /updates/.
"""
from channels import route_class

from .demultiplexers import (
    APIDemultiplexer,
    LinkDemultiplexer,
    LinkTagDemultiplexer,
    TagDemultiplexer,
)

channel_routing = [
    route_class(APIDemultiplexer, path=r"^$"),
    route_class(LinkDemultiplexer, path=r"^links/$"),
    route_class(TagDemultiplexer, path=r"^tags/$"),
    route_class(LinkTagDemultiplexer, path=r"^linktags/$"),
]
