"""
Numbers that are given only once, even by a server that restarts with an older state.
"""
from . import keys, scripts


class Numbers:
    """Each name has its own, on the home server of the group of that name."""

    def __init__(self, layer, ask):
        """`ask(shard, question)`: as in Capabilities.ask."""
        self.layer = layer
        self.ask = ask

    def advance(self, name, count, above):
        """
        Takes `count` numbers, possibly 0, and returns the last one taken. They are consecutive, or
        jump to above the number `above`. Raises RedisError.
        """
        last, = self._advance(self.layer.consistent_hash(name), [name], count, above)
        return last

    def current(self, names, above):
        """
        {name: the last number taken}, as `advance` returns it: those on one server cost one round
        trip. Raises RedisError.
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
