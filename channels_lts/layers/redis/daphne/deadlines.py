"""
How long a message may wait in daphne.
"""

DISCONNECT, RECEIVE = "websocket.disconnect", "websocket.receive"


class Deadlines:
    """
    By when a message must have been accepted, by channel. Messages for channels not in `waits` may
    only wait while the first connection is being made.
    """
    start_seconds = 5  # to wait for the first connection
    waits = {  # seconds to wait for Redis
        RECEIVE: 5,  # or for room
        DISCONNECT: 60,
    }

    def __init__(self, clock, layer):
        self.clock = clock
        self.layer = layer
        self.is_starting = True

    def connected(self):
        """Call it when a server is up."""
        self.is_starting = False

    def begin(self, pending, lacks_place):
        """
        Sets the deadline of a Pending, once; returns whether it is still ahead. `lacks_place`:
        whether it waits because of its own address.
        """
        seconds = self._seconds(pending.envelope.channel, lacks_place)
        if seconds is None:
            return False
        now = self.clock.seconds()
        pending.set_deadline(now + seconds)
        return now <= pending.deadline

    def _seconds(self, channel, lacks_place):
        if lacks_place:
            return self.layer.expiry  # as long as it would wait in the channel
        if channel not in self.waits and self._may_come_up():
            return self.start_seconds
        return self.waits.get(channel)

    def _may_come_up(self):
        """Whether no server has answered yet."""
        return self.is_starting and any(
            outage.since is None for outage in self.layer.outages)
