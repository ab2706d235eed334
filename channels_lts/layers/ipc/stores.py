import contextlib
import math
import time

from channels_lts.extras import extra

from .segment import Segment

with extra("ipc"):
    from asgi_ipc.store import ChannelMemoryStore, GroupMemoryStore


class SweptMemory:
    """
    Where asgi_ipc's stores keep their value, a dict of channels or groups.

    asgi_ipc drops expired entries only from the channel or group in use. Here they are dropped from
    all of them, or unread ones would fill the memory.
    """
    every = 1  # seconds; how often each process looks for expired entries

    def __init__(self, name, size, processes, living):
        """
        `living(name, content, now, gone)`: what remains of a channel or group; `gone`: the channels
        of gone processes.
        """
        self.segment = Segment(name, size)
        self.processes = processes
        self.living = living
        self.swept_at = -math.inf

    @contextlib.contextmanager
    def changing(self):
        self.sweep()
        with self.segment.changing() as value:
            yield value

    def sweep(self):
        """A separate change: asgi_ipc raises in the middle of its own if nothing is waiting."""
        now = time.monotonic()
        if now - self.swept_at < self.every:
            return
        self.swept_at = now
        gone = self.processes.gone()
        with self.segment.changing() as value:
            for name in list(value):
                value[name] = self.living(name, value[name], time.time(), gone)
                if not value[name]:
                    del value[name]


class TooLarge(Exception):
    pass


class Messages(ChannelMemoryStore):
    """asgi_ipc's, in a SweptMemory. `append` raises TooLarge, and channels_lts' Full."""

    def __init__(self, name, size, processes, largest):
        self.memory = SweptMemory(name, size, processes, waiting)
        self.largest = largest

    def mutate_value(self):
        return self.memory.changing()

    def flush_all(self):
        self.memory.segment.clear()

    def append(self, name, item, expiry):
        if len(item) > self.largest:
            raise TooLarge("it is larger than %d bytes (max_message)" % self.largest)
        super().append(name, item, expiry)


def waiting(channel, messages, now, gone):
    return [] if channel in gone else [each for each in messages if each[1] >= now]


class Groups(GroupMemoryStore):
    """asgi_ipc's, in a SweptMemory."""

    def __init__(self, name, size, processes):
        self.memory = SweptMemory(name, size, processes, members)

    def mutate_value(self):
        return self.memory.changing()

    def flush_all(self):
        self.memory.segment.clear()


def members(group, expiries, now, gone):
    return {member: expiry for member, expiry in expiries.items()
            if expiry >= now and process_channel(member) not in gone}


def process_channel(name):
    return "".join(name.partition("!")[:2])
