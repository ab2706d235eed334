"""
Numbers that are taken once, also of a server that comes back with an older state.
"""
from . import keys, scripts


class Numbers:
    """Each name has its own, on the server that is home to the group of that name."""

    def __init__(self, layer, ask):
        """`ask(shard, question)`: as Capabilities.ask."""
        self.layer = layer
        self.ask = ask

    def advance(self, name, count, above):
        """
        Takes `count` numbers, maybe 0, and returns the last that was taken. They follow each other,
        or jump forward to above the number `above`. Raises RedisError.
        """
        last, = self._advance(self.layer.consistent_hash(name), [name], count, above)
        return last

    def current(self, names, above):
        """
        {name: the number that was taken last}, as `advance` returns it: those on one server are
        one round trip. Raises RedisError.
        """
        by_shard, found = {}, {}
        for name in names:
            by_shard.setdefault(self.layer.consistent_hash(name), []).append(name)
        for shard, some in by_shard.items():
            found.update(zip(some, self._advance(shard, some, 0, above)))
        return found

    def _advance(self, shard, names, count, above):
        prefix = self.layer.prefix
        return self.ask(shard, lambda: scripts.number.run(
            self.layer.connection(shard), [keys.number(prefix, name) for name in names],
            (prefix, "", "", "", count, above)))
