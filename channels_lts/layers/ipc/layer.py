from asgiref.base_layer import BaseChannelLayer

from channels_lts.extras import extra

from .. import base
from ..drop_log import DropLog, Full
from .processes import Processes
from .segment import Segment
from .stores import Groups, Messages, TooLarge

with extra("ipc"):
    import asgi_ipc


class IPCCapabilities(base.Capabilities):
    def report(self, is_last=False):
        self.layer.drop_log.tell(is_last)

    def shared_memory(self, name, size):
        return Segment("%s-%s" % (self.layer.prefix, name), size)


class IPCChannelLayer(asgi_ipc.IPCChannelLayer, base.ChannelLayer):
    """
    asgi_ipc's layer on our own memory. Names, capacities, expiry and most arguments are unchanged.

    Half of `message_memory` and `group_memory` (bytes) holds values. `max_message`: the largest
    message accepted, in bytes; one upload must not fill everybody's memory. Raises
    InvalidChannelLayerError, like Segment; group_add raises Full.
    """

    def __init__(self, prefix="asgi", expiry=60, group_expiry=86400, capacity=100,
                 channel_capacity=None, message_memory=32 * 2 ** 20, group_memory=8 * 2 ** 20,
                 max_message=2 ** 20):
        # Not asgi_ipc's own __init__, which opens its stores.
        BaseChannelLayer.__init__(self, expiry, group_expiry, capacity, channel_capacity)
        self.prefix = prefix
        # Messages waiting for a worker may put sockets of a dead process into groups again.
        self.processes = Processes("%s-processes" % prefix, kept=expiry + group_expiry)
        self.message_store = Messages(
            "%s-messages" % prefix, message_memory, self.processes, max_message)
        self.group_store = Groups("%s-groups" % prefix, group_memory, self.processes)
        self.drop_log = DropLog()

    @property
    def capabilities(self):
        return IPCCapabilities(self)

    def send(self, channel, message):
        """Raises ChannelFull, also if the message is too large or the memory is full."""
        place = self.non_local_name(channel)
        try:
            super().send(channel, message)
        except (Full, TooLarge) as problem:
            self.drop_log.note(place, reason=str(problem))
            raise self.ChannelFull
        except self.ChannelFull:
            # daphne reports the end of every request; few sites listen to that.
            if place != "http.disconnect":
                self.drop_log.note(place)
            raise

    def receive(self, channels, block=False):
        channels = list(channels)
        for channel in channels:
            if channel.endswith("!"):
                self.processes.renew(channel)
        # Every process receives, but on a quiet site nobody may use the groups for hours.
        self.group_store.memory.sweep()
        return super().receive(channels, block)
