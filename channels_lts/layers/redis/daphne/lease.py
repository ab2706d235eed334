"""
The list of open sockets, from which channels_lts.presence knows who is still connected.
"""
import math

from channels_lts.conf import settings

from .. import keys


class Lease:
    """
    Publishes the names of this process's open sockets: one command renews all their leases, and a
    socket whose disconnect was lost is gone by the next list but one.
    """
    beats = 3  # between two lists
    lifetime = 60  # seconds

    def __init__(self, layer, process, client, daphne):
        """`client`: of the first shard, where presence is stored."""
        self.layer = layer
        self.process = process
        self.client = client
        self.daphne = daphne
        self.version = 0
        self.beat_count = 0

    def beat(self):
        """Call it at every heartbeat."""
        self.beat_count += 1
        if self.beat_count % self.beats == 0:
            self.publish()

    def _head(self):
        """The version, and the grace for people without a socket, if it is longer than usual."""
        if not self.daphne.is_draining:
            return str(self.version)
        seconds = settings.PRESENCE_GRACE + settings.DRAIN_LIMIT + settings.RETURN_SPREAD
        return "%d %d" % (self.version, math.ceil(seconds))

    def publish(self):
        """
        Also call it after each connection is made, before the first handshake goes out, and when
        daphne begins to shut down, before the first disconnect goes out.
        """
        if self.daphne.factory is None:  # no daphne: an empty list would be wrong
            return
        self.version += 1
        names = [socket.reply_channel[len(self.process):] for socket in self.daphne.sockets()]
        self.client.command(
            ("SET", keys.open_sockets(self.layer.prefix, self.process),
             "\n".join([self._head()] + names), "EX", self.lifetime),
            lambda answer: None)
