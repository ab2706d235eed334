"""
Members of groups whose sockets have closed, and whom nobody has taken out: a disconnect that got
lost, say.
"""
import time

from . import keys

SECONDS = 300  # between two sweeps, of all processes together
OLD = 120  # seconds since it joined after which a socket stands in daphne's list, or has closed
BATCH = 1000  # members that Redis looks at in one go: more would hold up everybody


class GroupSweeper:
    """
    Takes them out by what daphnes say is open (daphne/lease.py), a little at a time. Of processes
    that leave no list nothing is known; those of a daphne that has ended go when somebody sends.
    """
    turn_seconds = 1  # of one `go_on`

    def __init__(self, layer):
        self.layer = layer
        self.steps = iter(())  # the rest of this process's sweep
        self.open = {}  # process: the names of its open sockets, or None

    def go_on(self):
        """To be called every few seconds; whoever comes first sweeps. Raises RedisError."""
        until = time.monotonic() + self.turn_seconds
        for _ in self.steps:
            if time.monotonic() > until:
                return
        if self._begins():
            self.steps = self._sweep()

    def _begins(self):
        return self.layer.connection(0).set(
            keys.group_sweep(self.layer.prefix), "", ex=SECONDS, nx=True)

    def _sweep(self):
        """Yields after each step."""
        # Before any list is read: one that is then, is younger than what has joined by this time.
        old = [self.layer.connection(shard).time()[0] - OLD
               for shard in range(self.layer.ring_size)]
        self.open = {}
        for shard, joined in enumerate(old):
            connection = self.layer.connection(shard)
            for group in connection.scan_iter(keys.groups(self.layer.prefix), count=100):
                yield from self._sweep_group(connection, group, joined)

    def _sweep_group(self, connection, group, joined):
        start, found = 0, None
        while found is None or len(found) == BATCH:
            found = connection.zrangebyscore(group, "-inf", joined, start, BATCH)
            closed = [member for member in found if self._has_closed(member)]
            if closed:
                connection.zrem(group, *closed)
            start += len(found) - len(closed)
            yield

    def _has_closed(self, member):
        process, mark, name = member.partition(b"!")
        if not mark:
            return False
        names = self._names(process + mark)
        return names is not None and name not in names

    def _names(self, process):
        """The names of a process's open sockets, or None. Asked once for a sweep."""
        if process not in self.open:
            text = self.layer.connection(0).get(
                keys.open_sockets(self.layer.prefix, process.decode("utf8")))
            self.open[process] = None if text is None else frozenset(text.split(b"\n")[1:])
        return self.open[process]
