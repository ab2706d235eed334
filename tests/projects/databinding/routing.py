from channels import route_class
from counts.consumers import Demultiplexer

channel_routing = [
    route_class(Demultiplexer, path=r"^/binding/$"),
]
