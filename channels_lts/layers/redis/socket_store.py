"""
What is known of each open socket, where its groups are: Redis loses both together, and daphne then
closes the socket.
"""
import itertools
import json

from .. import base
from . import envelope, keys, scripts

BATCH = 500  # sockets that are read in one round trip
HOME = 0  # the shard of the lists (daphne/lease.py)


class SocketStore(base.SocketStore):
    """Each socket has its key on the server that is home to its daphne's list."""

    def __init__(self, layer, ask, has_marks):
        """
        `ask(shard, question)`: as Capabilities.ask. `has_marks`: whether each daphne leaves its
        mark on each server.
        """
        super().__init__(layer)
        self.ask = ask
        self.has_marks = has_marks

    def store(self, channel, known, seconds):
        """
        Keeps `known`, a dict that JSON can hold, of the socket with this reply channel; not of one
        that has closed. Raises RedisError, as all of these.
        """
        self._ask(channel, lambda connection: scripts.store.run(
            connection, self.keys_of(channel),
            (self.layer.prefix, "", "", "", json.dumps(known), seconds)))

    def keys_of(self, channel):
        return [keys.socket(self.layer.prefix, channel), keys.closed(self.layer.prefix, channel)]

    def load(self, channel):
        """What was kept: {} if nothing was, None where that can't be told (see `_has_lost`)."""
        found = self._ask(channel, lambda connection: connection.get(
            keys.socket(self.layer.prefix, channel)))
        if found is not None:
            return json.loads(found.decode("ascii"))
        return None if self._has_lost(channel) else {}

    def load_many(self, channels):
        """{channel: what was kept, {} if nothing was} of sockets of one interface server."""
        found, channels = {}, iter(channels)
        for batch in iter(lambda: list(itertools.islice(channels, BATCH)), []):
            names = [keys.socket(self.layer.prefix, each) for each in batch]
            kept = self._ask(batch[0], lambda connection: connection.mget(names))
            found.update((channel, json.loads(each.decode("ascii")) if each else {})
                         for channel, each in zip(batch, kept))
        return found

    def open(self, process):
        """
        The sockets that one of our interface servers had open when it said so last, by reply
        channel; others say nothing.
        """
        known = self.ask(HOME, lambda: self.layer.connection(HOME).get(
            keys.open_sockets(self.layer.prefix, process)))
        return [process + name for name in (known or b"").decode("utf8").split("\n")[1:]]

    def _has_lost(self, channel):
        """
        Whether the server lacks daphne's mark: it has lost that and all else, and daphne is going
        to find out.
        """
        if not self.has_marks:
            return False
        mark = self._ask(channel, lambda connection: connection.zscore(
            keys.beats(self.layer.prefix), self.layer.non_local_name(channel)))
        return mark is None

    def forget(self, channel):
        self._ask(channel, lambda connection: connection.delete(
            keys.socket(self.layer.prefix, channel)))

    def _ask(self, channel, question):
        shard = self.layer.consistent_hash(self.layer.non_local_name(channel))
        return self.ask(shard, lambda: question(self.layer.connection(shard)))


class AcceptingStore(SocketStore):
    """
    That of our layers, whose `accept` is one script. As with every reply of a worker's, what comes
    of it is seen later; what Redis refuses then, a full memory say, refuses the socket.
    """

    def join(self, channel, groups):
        self.layer.join(groups, channel)

    def leave(self, channel, groups):
        self.layer.leave(groups, channel)

    def accept(self, channel, message, groups, known, seconds):
        if "!" not in channel:  # any server takes it
            super().accept(channel, message, groups, known, seconds)
            return
        layer = self.layer
        written = envelope.write(layer, channel, message)
        layer.post(written._replace(acceptance=envelope.Acceptance(
            self.keys_of(channel) + self._join_elsewhere(channel, groups, written.list),
            (channel, int(layer.group_expiry), json.dumps(known) if known else "", seconds))))

    def _join_elsewhere(self, channel, groups, process):
        """Joins those groups that live elsewhere; returns the keys of those at the process's."""
        home = self.layer.shards.home
        here = [group for group in groups if home(group) == home(process)]
        self.join(channel, [group for group in groups if group not in here])
        return [self.layer.group_key(group, channel) for group in here]
