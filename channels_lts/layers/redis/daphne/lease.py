"""
The list of open sockets, by which channels_lts.presence knows who is still there.
"""
import math

from channels_lts.conf import settings

from .. import keys


class Lease:
    """
    Publishes the names of this process's open sockets: one command for all of them renews their
    leases, and a socket whose disconnect got lost ends with the next list but one.
    """
    beats = 3  # between two lists
    lifetime = 60  # seconds

    def __init__(self, layer, process, client, daphne):
        """`client`: of the first shard, where presence lives."""
        self.layer = layer
        self.process = process
        self.client = client
        self.daphne = daphne
        self.version = 0
        self.beat_count = 0

    def beat(self):
        """To be called at every heartbeat."""
        self.beat_count += 1
        if self.beat_count % self.beats == 0:
            self.publish()

    def _head(self):
        """The version, and how long its people may be without a socket, if that is longer."""
        if not self.daphne.is_draining:
            return str(self.version)
        seconds = settings.PRESENCE_GRACE + settings.DRAIN_LIMIT + settings.RETURN_SPREAD
        return "%d %d" % (self.version, math.ceil(seconds))

    def publish(self):
        """
        To be called after each connecting too, before the first handshake goes out, and when daphne
        begins to end, before the first disconnect does.
        """
        if self.daphne.factory is None:  # no daphne: an empty list would be a lie
            return
        self.version += 1
        names = [socket.reply_channel[len(self.process):] for socket in self.daphne.sockets()]
        self.client.command(
            ("SET", keys.open_sockets(self.layer.prefix, self.process),
             "\n".join([self._head()] + names), "EX", self.lifetime),
            lambda answer: None)
