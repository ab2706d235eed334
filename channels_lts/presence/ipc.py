"""
Presence in shared memory, for the IPC layer.
"""
import time
from contextlib import contextmanager

from .memory import Ledger, MemoryStore, State


class IPCStore(MemoryStore):
    """
    The store of a single process, with its state shared by all processes of a host. They must have
    the same clock. All methods raise channels_lts.layers.drop_log.Full if too many people are here.
    """
    size = 8 * 2 ** 20  # bytes; some 20,000 sockets

    def __init__(self, segment, config, clock=time.monotonic):
        """`segment`: a channels_lts.layers.ipc.segment.Segment that holds a dict."""
        super().__init__(config, clock)
        self.segment = segment

    @contextmanager
    def changing(self):
        with self.segment.changing() as found:
            state = State(**found)
            yield Ledger(state, self.config, self.clock())
            found.update(vars(state))
