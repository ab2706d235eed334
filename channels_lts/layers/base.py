"""
The contract of a channel layer: what channels requires, and what else the engine may use.

Nobody probes a layer's attributes: code that needs more than channels does asks its Capabilities,
which exist for every layer.
"""
import abc

from channels.asgi import ChannelLayerWrapper
from django.utils.module_loading import import_string

from .metrics import NoMetrics


class ChannelLayer(abc.ABC):
    """
    Base class of our layers. Names, sizes and errors are those of the ASGI draft that channels 1.x
    follows (asgiref 1.1, "Channel Layers"): a message is a dict of what msgpack can hold, a name
    has at most 99 characters.
    """

    @property
    @abc.abstractmethod
    def capabilities(self):
        """What it can do beyond these methods: its Capabilities."""

    @abc.abstractmethod
    def send(self, channel, message):
        """
        Sends a message to one reader of a channel. Raises ChannelFull; TypeError or AssertionError
        for what can't be sent.
        """

    @abc.abstractmethod
    def receive(self, channels, block=False):
        """The next (channel, message) of these channels, or (None, None)."""

    @abc.abstractmethod
    def new_channel(self, pattern):
        """A name for a single-reader channel. `pattern` ends with "?"."""

    @abc.abstractmethod
    def group_add(self, group, channel):
        """Puts a channel into a group for `group_expiry` seconds."""

    @abc.abstractmethod
    def group_discard(self, group, channel):
        """Takes a channel out of a group, if it is in it."""

    @abc.abstractmethod
    def group_channels(self, group):
        """The names in a group."""

    @abc.abstractmethod
    def send_group(self, group, message):
        """Sends to each channel in a group. Never raises ChannelFull."""

    @abc.abstractmethod
    def flush(self):
        """Deletes all messages and groups."""


class SocketStore(abc.ABC):
    """Data about each open socket, a dict that JSON can hold, by reply channel."""

    def __init__(self, layer):
        self.layer = layer

    @abc.abstractmethod
    def store(self, channel, known, seconds):
        """Stores `known` for this many seconds."""

    @abc.abstractmethod
    def load(self, channel):
        """What was stored, {} if nothing was."""

    @abc.abstractmethod
    def load_many(self, channels):
        """{channel: what was stored}"""

    @abc.abstractmethod
    def forget(self, channel):
        """Deletes what was stored."""

    def join(self, channel, groups):
        """group_add for several groups."""
        for group in groups:
            self.layer.group_add(group, channel)

    def leave(self, channel, groups):
        """group_discard for several groups."""
        for group in groups:
            self.layer.group_discard(group, channel)

    def accept(self, channel, message, groups, known, seconds):
        """
        Puts a socket into groups, stores `known` (if it isn't empty), and then sends the message
        that accepts the socket. Raises what group_add, `store` and `send` raise.
        """
        self.join(channel, groups)
        if known:
            self.store(channel, known, seconds)
        self.layer.send(channel, message)


class Capabilities:
    """
    What a layer can do beyond what channels requires. These defaults are for a layer with nothing
    more, such as one in a process's memory; subclasses answer for layers that can do more.
    """
    waits = False  # whether `receive_within` waits for a message, or returns at once
    logs_outages = False  # whether the layer itself logs that a server is away
    redis = None  # the layer, if its Redis servers accept more than messages
    history = None  # its GroupHistory (layers/redis/history.py), if it keeps groups' messages
    numbers = None  # its Numbers (layers/redis/numbers.py), if the layer stores numbers
    metrics = NoMetrics()  # where to count the metrics of channels_lts.layers.metrics
    sockets = None  # its SocketStore, if groups can be lost (layers/redis/socket_store.py)
    knows_daphnes = False  # whether its daphnes list their sockets, and accept `drain`

    def __init__(self, layer):
        self.layer = layer

    def address(self):
        """The servers' addresses for a log, without passwords. "" if there are none."""
        return ""

    def receive_within(self, channels, seconds):
        """
        What `receive` returns, after this many seconds at most; 0: immediately. Waits in whole
        seconds. It doesn't make the thread a worker's, whose replies may be deferred until
        `settle`.
        """
        return self.layer.receive(channels)

    def is_away(self):
        """Whether nothing can be received now, as far as is known."""
        return False

    def ask(self, shard, ask):
        """
        The result of `ask()`, which queries one of the servers in `redis` and may do so twice;
        retried for a while if it is away. Raises RedisError.
        """
        return ask()

    def settle(self):
        """
        Waits until what this thread has sent is accepted, or counted as dropped. Raises RedisError.
        """

    def sweep(self):
        """
        Call it every few seconds from one thread: for at most a second, takes members that are gone
        out of groups. Raises RedisError.
        """

    def report(self, is_last=False):
        """
        Call it every few seconds: logs dropped messages, and adds this process's counts to the
        statistics. `is_last`: the process is ending. Raises RedisError.
        """

    def beat(self, kind, name, details):
        """
        Reports that a process is alive; call it at least every ten seconds.

        `kind` is "worker", "delay" or "interface", `name` is unique to the process, `details` a
        dict that JSON can hold. Raises RedisError.
        """

    def alive(self, kind):
        """
        The details of each process of this kind that has reported recently, with its "name" and
        "at", the time of its report in seconds since the epoch; by name. Raises RedisError.
        """
        return []

    def drain(self, process):
        """
        Shuts an interface server down as after SIGTERM, given its process channel; only one for
        which `alive` has "drains". Raises ChannelFull, RedisError.
        """

    def shared_memory(self, name, size):
        """A Segment of this many bytes shared by this host's processes, or None."""
        return None


# Third-party layers that can do more than channels requires. By name: they needn't be installed.
DESCRIBED = {
    "asgi_redis.core.RedisChannelLayer":
        "channels_lts.layers.redis.capabilities.StockRedisCapabilities",
    "asgi_redis.sentinel.RedisSentinelChannelLayer":
        "channels_lts.layers.redis.capabilities.StockSentinelCapabilities",
}


def capabilities_of(layer):
    """The Capabilities of a channel layer, or of what channels has wrapped around one."""
    if isinstance(layer, ChannelLayerWrapper):
        layer = layer.channel_layer
    return layer.capabilities if isinstance(layer, ChannelLayer) else _described(layer)


def _described(layer):
    for each in type(layer).__mro__:
        path = DESCRIBED.get("%s.%s" % (each.__module__, each.__qualname__))
        if path:
            return import_string(path)(layer)
    return Capabilities(layer)
