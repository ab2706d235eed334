"""
What groups were sent lately, for who comes back and has missed some of it.

The history of a group is one list in Redis, so that all of it is there or nothing, on the server
that is home to the group. lua/group.lua writes it, in the script that sends:

    head        "floor bytes": the highest number that isn't kept any more, and the size of the rest
    the rest    "number payload", as they were sent, so that numbers may come in any order; payload
                is the message as `serialize` makes it
"""
from collections import namedtuple

import msgpack

from . import bundle, keys

# floor: up to here nothing is kept any more; messages: {number: message} of what is
Kept = namedtuple("Kept", "floor messages")


class GroupHistory:
    """Sends what is to be kept, and reads it."""

    def __init__(self, layer, ask):
        """`ask(shard, question)`: as Capabilities.ask."""
        self.layer = layer
        self.ask = ask

    def send(self, group, message, number, bounds):
        """
        As the layer's send_group, and in the same round trip keeps the message by its number, a
        whole one above 0. `bounds`: how many messages are kept for the group, how many bytes of
        them all, for how many seconds after the last one.
        """
        self.layer.send_and_keep(
            group, message, keys.history(self.layer.prefix, group), number, *bounds)

    def read(self, group):
        """
        What is Kept of the group, or None. A number above the floor can be missing: its message is
        lost, or still to come. Raises RedisError.
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
            except bundle.UNREADABLE:  # written with an encryption key that isn't ours any more
                continue

    def _deserialize(self, payload):
        # The layer's own refuses what is older than a message may be, seconds after its expiry.
        if self.layer.crypter:
            payload = self.layer.crypter.decrypt(payload)
        return msgpack.unpackb(payload, raw=False)
