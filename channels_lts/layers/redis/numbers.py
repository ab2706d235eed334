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
        shard = self.layer.consistent_hash(name)
        prefix = self.layer.prefix
        return self.ask(shard, lambda: scripts.number.run(
            self.layer.connection(shard), [keys.number(prefix, name)],
            (prefix, "", "", "", count, above)))
