"""
Members of groups whose sockets have closed without being taken out: because a disconnect was
lost, for example.
"""
import time

from . import keys

SECONDS = 300  # between two sweeps, across all processes
OLD = 120  # seconds after joining, when a socket is in daphne's list, or has closed
BATCH = 1000  # members checked by Redis in one go: more would hold up everybody


class GroupSweeper:
    """
    Removes them, a few at a time, according to the lists of open sockets that daphnes publish
    (daphne/lease.py). Processes without a list are skipped; members of a daphne that has ended
    are removed when somebody sends.
    """
    turn_seconds = 1  # of one `go_on`

    def __init__(self, layer):
        self.layer = layer
        self.steps = iter(())  # the rest of this process's sweep
        self.open = {}  # process: the names of its open sockets, or None

    def go_on(self):
        """Call it every few seconds; the first process to do so sweeps. Raises RedisError."""
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
        # Before any list is read: a list read later is newer than all that joined before this time.
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
        """The names of a process's open sockets, or None. Asked once per sweep."""
        if process not in self.open:
            text = self.layer.connection(0).get(
                keys.open_sockets(self.layer.prefix, process.decode("utf8")))
            self.open[process] = None if text is None else frozenset(text.split(b"\n")[1:])
        return self.open[process]
