"""
Numbers that are taken once, also by a server that comes back with an older state.
"""
from . import keys, scripts


class Numbers:
    """Each name has its own, on the server that is home to its group."""

    def __init__(self, prefix, call):
        """`prefix`: the layer's. `call(name, ask)`: `ask(connection)` at home of a name."""
        self.prefix = prefix
        self.call = call

    def advance(self, name, count, above):
        """
        Takes `count` numbers, maybe 0, and returns the last that was taken. They follow each other,
        or jump forward to above the number `above`. Raises RedisError.
        """
        return self.call(name, lambda connection: scripts.number.run(
            connection, [keys.number(self.prefix, name)], (self.prefix, "", "", "", count, above)))
