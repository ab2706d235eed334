import contextlib
import math
import time

from channels_lts.extras import extra

from .segment import Segment

with extra("ipc"):
    from asgi_ipc.store import ChannelMemoryStore, GroupMemoryStore


class SegmentMixin:
    """
    Where one of asgi_ipc's stores keeps its value; what it does with it is asgi_ipc's.

    asgi_ipc drops what has expired from the channel or group that is asked for. Here it goes from
    all of them, or what nobody reads would fill the memory.
    """
    every = 1  # seconds; each process looks for what is over that often

    def __init__(self, name, size, processes):
        self.segment = Segment(name, size)
        self.processes = processes
        self.looked_at = -math.inf

    @contextlib.contextmanager
    def mutate_value(self):
        self.drop_what_is_over()
        with self.segment.changing() as value:
            yield value

    def drop_what_is_over(self):
        """A change of its own: asgi_ipc raises in the middle of its own where nothing waits."""
        now = time.monotonic()
        if now - self.looked_at < self.every:
            return
        self.looked_at = now
        gone = self.processes.gone()
        with self.segment.changing() as value:
            for name in list(value):
                value[name] = self.living(name, value[name], time.time(), gone)
                if not value[name]:
                    del value[name]

    def living(self, name, content, now, gone):
        """What is left of a channel or group. `gone`: the channels of processes that are."""
        raise NotImplementedError

    def flush_all(self):
        self.segment.clear()


class TooLarge(Exception):
    pass


class Messages(SegmentMixin, ChannelMemoryStore):
    def __init__(self, name, size, processes, largest):
        super().__init__(name, size, processes)
        self.largest = largest

    def append(self, name, item, expiry):
        if len(item) > self.largest:
            raise TooLarge("it is larger than %d bytes" % self.largest)
        super().append(name, item, expiry)

    def living(self, name, content, now, gone):
        return [] if name in gone else [each for each in content if each[1] >= now]


class Groups(SegmentMixin, GroupMemoryStore):
    def living(self, name, content, now, gone):
        return {member: expiry for member, expiry in content.items()
                if expiry >= now and process_channel(member) not in gone}


def process_channel(name):
    return "".join(name.partition("!")[:2])
