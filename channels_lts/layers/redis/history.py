"""
What groups were sent recently, for clients that reconnect and have missed some of it.

The history of a group is one list in Redis, so that it is either complete or gone, on the group's
home server. lua/group.lua writes it, in the script that sends:

    head        "floor bytes": the highest number that is no longer kept, and the size of the rest
    the rest    "number payload", in the order sent, so numbers may be out of order; payload is
                the message as returned by `serialize`
"""
from collections import namedtuple

import msgpack

from . import bundle, keys

# floor: nothing up to this number is kept any more; messages: {number: message} of what is
Kept = namedtuple("Kept", "floor messages")


class GroupHistory:
    """Sends what is to be kept, and reads it."""

    def __init__(self, layer, ask):
        """`ask(shard, question)`: as in Capabilities.ask."""
        self.layer = layer
        self.ask = ask

    def send(self, group, message, number, bounds):
        """
        Like the layer's send_group, but in the same round trip keeps the message under its number,
        an integer above 0. `bounds`: how many messages are kept for the group, how many bytes in
        total, and for how many seconds after the last one.
        """
        self.layer.send_and_keep(
            group, message, keys.history(self.layer.prefix, group), number, *bounds)

    def read(self, group):
        """
        The group's Kept, or None. A number above the floor can be missing: its message is lost, or
        still to come. Raises RedisError.
        """
        shard = self.layer.consistent_hash(group)
        entries = self.ask(shard, lambda: self.layer.connection(shard).lrange(
            keys.history(self.layer.prefix, group), 0, -1))
        if not entries:
            return None
        floor, _bytes = entries[0].split(b" ")
        return Kept(int(floor), dict(self._messages(entries[1:])))

    def _messages(self, entries):
        for entry in entries:
            number, _space, payload = entry.partition(b" ")
            try:
                yield int(number), self._deserialize(payload)
            except bundle.UNREADABLE:  # written with an encryption key that is no longer ours
                continue

    def _deserialize(self, payload):
        # The layer's own method refuses messages older than their expiry, seconds after it.
        if self.layer.crypter:
            payload = self.layer.crypter.decrypt(payload)
        return msgpack.unpackb(payload, raw=False)
