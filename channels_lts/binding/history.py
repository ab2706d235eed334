"""
The last frames of a binding's groups, for which a page asks that has missed some.

They are kept where the channel layer can do that (Capabilities.history). A page tells by the
numbers alone whether it has heard all, so what is kept may lack some, or be gone: then the page
fetches the table.
"""
import json
import time
from collections import namedtuple

from channels import DEFAULT_CHANNEL_LAYER, Group, channel_layers

from ..layers.base import capabilities_of

# How much is kept of each group: so many frames, and bytes of all of them, for so many seconds
# after the last one.
History = namedtuple("History", "frames bytes seconds")


def of_layer():
    """The GroupHistory of the project's layer, or None."""
    return capabilities_of(channel_layers[DEFAULT_CHANNEL_LAYER]).history


def send(binding, group, message, number):
    """Sends a message at once, and keeps it if the binding wants that. Raises what layers raise."""
    history = binding.history and of_layer()
    if history:
        history.send(group, message, number, binding.history)
    else:
        Group(group).send(message, immediately=True)


class Frames:
    """What was kept of a group at a time, by the clock of who has read it."""

    def __init__(self, layer, read_at, kept):
        """`kept`: a Kept of one of the layer's groups."""
        self.layer = layer
        self.read_at = read_at
        self.floor = kept.floor
        self.newest = max(kept.messages, default=kept.floor)
        self.by_number = {number: json.loads(message["text"])
                          for number, message in sorted(kept.messages.items())}

    def has(self, layer, number):
        """
        Whether whoever was told this number, after it had joined, lacks nothing but what is here:
        what came later it has heard.
        """
        return self.layer is layer and number is not None and number <= self.newest

    def after(self, number, stream):
        """The payloads of the stream's frames above a number, by number."""
        return [frame["payload"] for each, frame in self.by_number.items()
                if each > number and frame["stream"] == stream]


class Reader:
    """
    Reads for the sockets of this process. Many come back at one time, after a deploy say, and most
    have missed the same.
    """
    seconds = 0.2  # for which others are told what was read for one

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.read = {}  # {group: Frames}

    def missed(self, binding, group, after, known):
        """
        The payloads of the group's frames with a number above `after`, by number, or None where
        some may be kept no more. `known`: the number of the group that the asker was told after
        it had joined, None if it doesn't say. Raises what the layer raises.
        """
        history = binding.history and of_layer()
        found = self.frames(history, group, known) if history else None
        return found.after(after, binding.stream) if found and after >= found.floor else None

    def frames(self, history, group, known):
        found = self.read.get(group)
        if found and self.is_fresh(found) and found.has(history.layer, known):
            return found
        kept = history.read(group)
        self.read = {name: each for name, each in self.read.items() if self.is_fresh(each)}
        if kept is None:
            return None
        self.read[group] = Frames(history.layer, self.clock(), kept)
        return self.read[group]

    def is_fresh(self, frames):
        return self.clock() < frames.read_at + self.seconds


reader = Reader()
