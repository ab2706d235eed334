"""
The last frames of a binding's groups, for pages that have missed some.

They are kept where the channel layer supports it (Capabilities.history). A page judges by the
numbers alone whether it has everything, so the history may have gaps or be gone: then the page
fetches the table.
"""
import json
import time
from collections import namedtuple

from channels import DEFAULT_CHANNEL_LAYER, Group, channel_layers

from ..layers.base import capabilities_of

# How much is kept per group: number of frames, their total bytes, and for how many seconds after
# the last one.
History = namedtuple("History", "frames bytes seconds")


def of_layer():
    """The GroupHistory of the project's layer, or None."""
    return capabilities_of(channel_layers[DEFAULT_CHANNEL_LAYER]).history


def send(binding, group, message, number):
    """
    Sends a message at once, and keeps it if the binding wants that. Raises what the layer raises.
    """
    history = binding.history and of_layer()
    if history:
        history.send(group, message, number, binding.history)
    else:
        Group(group).send(message, immediately=True)


class Frames:
    """What was kept of a group at one moment, by the clock of the process that read it."""

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
        Whether a client that was given this number after joining misses nothing but what is here:
        later frames it has received itself.
        """
        return self.layer is layer and number is not None and number <= self.newest

    def after(self, number, stream):
        """The payloads of the stream's frames above a number, by number."""
        return [frame["payload"] for each, frame in self.by_number.items()
                if each > number and frame["stream"] == stream]


class Reader:
    """
    Reads for the sockets of this process. Many reconnect at once, after a deploy for example, and
    most have missed the same frames.
    """
    seconds = 0.2  # for which others are given what was read for one

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.read = {}  # {group: Frames}

    def missed(self, binding, group, after, known):
        """
        The payloads of the group's frames with a number above `after`, by number, or None if some
        may no longer be kept. `known`: the group's number as given to the client after it joined,
        None if it doesn't say. Raises what the layer raises.
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
