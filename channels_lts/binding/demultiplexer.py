from .. import ratelimit
from ..frames import encode
from ..generic.websockets import WebsocketDemultiplexer
from . import outbound, sequence


class Demultiplexer(WebsocketDemultiplexer):
    """
    A WebsocketDemultiplexer that is wired by its `bindings`: their streams are its streams and
    their groups the ones that a socket joins, so the two can't name different groups.

    A binding without a fixed group needs group_for to be implemented. A socket joins one group
    per stream: the numbers of two groups in one stream would look like losses.
    """

    bindings = []
    http_user = True  # who writes is asked for their permission
    syncs = 30, 10  # so many that one socket may ask for in so many seconds

    def streams(self):
        return {binding.stream: binding for binding in self.bindings}

    def group_for(self, binding, **kwargs):
        """The group of the binding that the socket joins; `kwargs` come from the route."""
        return binding.group

    def connection_groups(self, **kwargs):
        return [self.group_for(binding, **kwargs) for binding in self.bindings]

    def connect(self, message, **kwargs):
        """
        Accepts, and tells the number of each stream. The socket is in its groups by now: what
        commits from here on arrives, and what it fetches after the handshake has the rest.
        """
        message.reply_channel.send({"accept": True})
        for binding in self.bindings:
            self.sync(binding, **kwargs)

    def disconnect(self, message, **kwargs):
        """Nothing but leaving the groups: bindings keep nothing of a socket."""

    def receive(self, stream, payload, **kwargs):
        binding = self.streams()[stream]
        if payload.get("action") == "sync":
            ratelimit.consume("sync:%s" % self.message.reply_channel.name, *self.syncs)
            self.sync(binding, **kwargs)
        else:
            binding.consumer(self.message, payload=payload, **kwargs)

    def sync(self, binding, **kwargs):
        """Tells this socket the newest number of a stream."""
        number = sequence.newest(self.group_for(binding, **kwargs))
        self.message.reply_channel.send(
            encode(outbound.frame(binding, {"action": "sync"}, number)))
