"""
Presence in shared memory, beside the IPC layer.
"""
import contextlib
import copy
import time

from .memory import MemoryStore


class IPCStore(MemoryStore):
    """
    The store of a single process, whose state all processes of a host share. Its clock must be
    the same for all of them.
    """
    size = 8 * 2 ** 20  # bytes; some 20,000 sockets
    shared = ("sockets", "opened", "people", "leaving", "untold", "counted", "swept")

    def __init__(self, segment, terms, clock=time.monotonic):
        super().__init__(terms, clock)
        self.segment = segment
        self.fresh = {name: getattr(self, name) for name in self.shared}

    @contextlib.contextmanager
    def holding(self):
        """Raises channels_lts.layers.drop_log.Full when too many are here."""
        with self.segment.changing() as state:
            self.__dict__.update(state or copy.deepcopy(self.fresh))
            yield
            state.update((name, getattr(self, name)) for name in self.shared)
