import contextlib

import asgi_ipc
from asgi_ipc.store import ChannelMemoryStore, GroupMemoryStore
from asgiref.base_layer import BaseChannelLayer

from ..drops import Drops, Full
from .segment import Segment


class SegmentMixin:
    """Where one of asgi_ipc's stores keeps its value; what it does with it is asgi_ipc's."""

    def __init__(self, name, size):
        self.segment = Segment(name, size)

    @contextlib.contextmanager
    def mutate_value(self):
        with self.segment.changing() as value:
            # asgi_ipc leaves the names of channels and groups that have nothing left.
            for name in [name for name, content in value.items() if not content]:
                del value[name]
            yield value

    def flush_all(self):
        self.segment.clear()


class TooLarge(Exception):
    pass


class Messages(SegmentMixin, ChannelMemoryStore):
    def __init__(self, name, size, largest):
        super().__init__(name, size)
        self.largest = largest

    def append(self, name, item, expiry):
        if len(item) > self.largest:
            raise TooLarge("it is larger than %d bytes" % self.largest)
        super().append(name, item, expiry)


class Groups(SegmentMixin, GroupMemoryStore):
    pass


class IPCChannelLayer(asgi_ipc.IPCChannelLayer):
    """
    asgi_ipc's layer on memory of ours. Names, capacities, expiry and most arguments are its own.

    Half of `message_memory` and `group_memory` (bytes) holds values. `max_message`: the largest
    message that is taken, in bytes; one upload must not fill the memory of all. Raises
    InvalidChannelLayerError, as Segment; group_add raises Full.
    """

    def __init__(self, prefix="asgi", expiry=60, group_expiry=86400, capacity=100,
                 channel_capacity=None, message_memory=32 * 2 ** 20, group_memory=8 * 2 ** 20,
                 max_message=2 ** 20):
        # Not asgi_ipc's own, which opens its stores here.
        BaseChannelLayer.__init__(self, expiry, group_expiry, capacity, channel_capacity)
        self.prefix = prefix
        self.message_store = Messages("%s-messages" % prefix, message_memory, max_message)
        self.group_store = Groups("%s-groups" % prefix, group_memory)
        self.drops = Drops()

    def send(self, channel, message):
        """Raises ChannelFull, also for a message that is too large or finds the memory full."""
        place = self.non_local_name(channel)
        try:
            super().send(channel, message)
        except (Full, TooLarge) as problem:
            self.drops.note(place, reason=str(problem))
            raise self.ChannelFull
        except self.ChannelFull:
            # daphne tells of every request that has ended; few sites listen to it.
            if place != "http.disconnect":
                self.drops.note(place)
            raise

    def memory(self, name, size):
        """Opens another piece of shared memory of the site."""
        return Segment("%s-%s" % (self.prefix, name), size)
