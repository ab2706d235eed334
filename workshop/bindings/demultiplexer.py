from channels.generic.websockets import WebsocketDemultiplexer

from .. import visitors


class Demultiplexer(WebsocketDemultiplexer):
    """
    A WebsocketDemultiplexer that is wired by its `bindings`: their streams are its consumers and
    their groups the ones that a socket joins, so the two can't name different groups.
    """

    bindings = []

    DECORATORS = {
        "websocket.connect": visitors.on_connect,
        "websocket.receive": visitors.on_receive,
        "websocket.disconnect": visitors.on_disconnect,
    }

    @property
    def consumers(self):
        return {binding.stream: binding.consumer for binding in self.bindings}

    def connection_groups(self, **kwargs):
        return [binding.group for binding in self.bindings]

    def get_handler(self, message, **kwargs):
        handler = super(Demultiplexer, self).get_handler(message, **kwargs)
        return self.DECORATORS[message.channel.name](handler)
