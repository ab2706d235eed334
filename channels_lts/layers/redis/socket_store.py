"""
Data about each open socket, stored with its groups: Redis loses both together, and daphne then
closes the socket.
"""
import itertools
import json

from .. import base
from . import envelope, keys, scripts

BATCH = 500  # sockets read in one round trip
HOME = 0  # the shard of the lists (daphne/lease.py)


class SocketStore(base.SocketStore):
    """Each socket's key is on the home server of its daphne's list."""

    def __init__(self, layer, ask, has_marks):
        """
        `ask(shard, question)`: as in Capabilities.ask. `has_marks`: whether each daphne leaves its
        mark on each server.
        """
        super().__init__(layer)
        self.ask = ask
        self.has_marks = has_marks

    def store(self, channel, known, seconds):
        """
        Stores `known`, a dict that JSON can hold, for the socket with this reply channel, unless it
        has closed. Raises RedisError, like all methods here.
        """
        self._ask(channel, lambda connection: scripts.store.run(
            connection, self.keys_of(channel),
            (self.layer.prefix, "", "", "", json.dumps(known), seconds)))

    def keys_of(self, channel):
        return [keys.socket(self.layer.prefix, channel), keys.closed(self.layer.prefix, channel)]

    def load(self, channel):
        """What was stored: {} if nothing was, None if that isn't known (see `_has_lost`)."""
        found = self._ask(channel, lambda connection: connection.get(
            keys.socket(self.layer.prefix, channel)))
        if found is not None:
            return json.loads(found.decode("ascii"))
        return None if self._has_lost(channel) else {}

    def load_many(self, channels):
        """{channel: what was stored, {} if nothing was} for sockets of one interface server."""
        found, channels = {}, iter(channels)
        for batch in iter(lambda: list(itertools.islice(channels, BATCH)), []):
            names = [keys.socket(self.layer.prefix, each) for each in batch]
            kept = self._ask(batch[0], lambda connection: connection.mget(names))
            found.update((channel, json.loads(each.decode("ascii")) if each else {})
                         for channel, each in zip(batch, kept))
        return found

    def open(self, process):
        """
        The sockets that one of our interface servers last reported as open, by reply channel;
        others report none.
        """
        known = self.ask(HOME, lambda: self.layer.connection(HOME).get(
            keys.open_sockets(self.layer.prefix, process)))
        return [process + name for name in (known or b"").decode("utf8").split("\n")[1:]]

    def _has_lost(self, channel):
        """
        Whether the server lacks daphne's mark: then it has lost everything else too, and daphne is
        about to notice.
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
    For our layers; `accept` is one script. As with all replies of a worker, its outcome is known
    later; if Redis refuses it then, the socket is refused.
    """

    def join(self, channel, groups):
        self.layer.join(groups, channel)

    def leave(self, channel, groups):
        self.layer.leave(groups, channel)

    def accept(self, channel, message, groups, known, seconds):
        if "!" not in channel:  # any server accepts it
            super().accept(channel, message, groups, known, seconds)
            return
        layer = self.layer
        written = envelope.write(layer, channel, message)
        layer.post(written._replace(acceptance=envelope.Acceptance(
            self.keys_of(channel) + self._join_elsewhere(channel, groups, written.list),
            (channel, int(layer.group_expiry), json.dumps(known) if known else "", seconds))))

    def _join_elsewhere(self, channel, groups, process):
        """
        Joins those groups that live elsewhere; returns the keys of those on the process's server.
        """
        home = self.layer.shards.home
        here = [group for group in groups if home(group) == home(process)]
        self.join(channel, [group for group in groups if group not in here])
        return [self.layer.group_key(group, channel) for group in here]
