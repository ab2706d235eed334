"""
What is known of each open socket, where its groups are: Redis loses both together, and daphne then
closes the socket.
"""
import json

from . import keys, scripts


class SocketStore:
    """Each socket has its key on the server that is home to its daphne's list."""

    def __init__(self, layer, ask, has_marks):
        """
        `ask(shard, question)`: as Capabilities.ask. `has_marks`: whether each daphne leaves its
        mark on each server.
        """
        self.layer = layer
        self.ask = ask
        self.has_marks = has_marks

    def store(self, channel, known, seconds):
        """
        Keeps `known`, a dict that JSON can hold, of the socket with this reply channel; not of one
        that has closed. Raises RedisError, as all of these.
        """
        prefix = self.layer.prefix
        self._ask(channel, lambda connection: scripts.store.run(
            connection, [keys.socket(prefix, channel), keys.closed(prefix, channel)],
            (prefix, "", "", "", json.dumps(known), seconds)))

    def load(self, channel):
        """What was kept: {} if nothing was, None where that can't be told (see `_has_lost`)."""
        found = self._ask(channel, lambda connection: connection.get(
            keys.socket(self.layer.prefix, channel)))
        if found is not None:
            return json.loads(found.decode("ascii"))
        return None if self._has_lost(channel) else {}

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
