from channels.generic.websockets import WebsocketDemultiplexer

from .bindings import IntegerValueBinding


class Demultiplexer(WebsocketDemultiplexer):
    http_user = True
    consumers = {
        "intval": IntegerValueBinding.consumer,
    }

    def connection_groups(self):
        return ["intval-updates"]
