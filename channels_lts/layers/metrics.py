"""
What processes count about themselves beyond asgi_redis's statistics, for channels_lts.metrics.
"""
from collections import namedtuple

# `name`: without Prometheus's prefix and unit; `labels`: the names of its labels, in the order in
# which values are given. Each has few possible values: none that a client can choose.
Count = namedtuple("Count", "name labels text")
Histogram = namedtuple("Histogram", "name labels text")  # of seconds

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
LONGEST = 100  # characters, in a label
WAKE = "channels_lts.wake."  # prefix of the channels by which a process wakes itself

DROPPED = Count("messages_dropped", ("channel", "reason"), "Messages that didn't reach a channel.")
REFUSED = Count("handshakes_refused", ("reason",), "WebSocket handshakes that were refused.")
COMMANDS = Count("daphne_redis_commands", (), "Commands that daphnes have sent to Redis.")
QUEUE = Histogram("queue", ("channel",),
                  "Time that a message stood in its channel until a worker took it.")
CONSUMER = Histogram("consumer", ("channel", "consumer"),
                     "Time that a worker spent on a message, with all that its consumer sent.")
VIEW = Histogram("view", ("view", "status"), "Time that middleware and view took for a request.")
ROUND_TRIP = Histogram("redis_round_trip", (), "Time that a worker or view waited for Redis.")
ALL = (DROPPED, REFUSED, COMMANDS, QUEUE, CONSUMER, VIEW, ROUND_TRIP)


class NoMetrics:
    """For a layer that doesn't store metrics, and the contract of those that do."""

    def count(self, metric, *labels, amount=1):
        """Adds to a Count."""

    def observe(self, metric, *labels, seconds):
        """Adds one to a Histogram."""


def channel_label(channel):
    """A channel's name without its random part: that of a process, or of a single reader."""
    if channel.startswith(WAKE):
        return WAKE
    for mark in "!?":
        head, found, _ = channel.partition(mark)
        if found:
            return (head.rpartition(".")[0] or head) + mark if mark == "!" else head + mark
    return channel
