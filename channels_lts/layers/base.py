"""
The contract of a channel layer: what channels asks of one, and what else the engine may ask.

Nobody looks into a layer for an attribute: whoever wants more than channels does asks its
Capabilities, which answer for every layer.
"""
import abc

from channels.asgi import ChannelLayerWrapper
from django.utils.module_loading import import_string

from .metrics import NoMetrics


class ChannelLayer(abc.ABC):
    """
    A layer of ours. Names, sizes and errors are those of the ASGI draft that channels 1.x follows
    (asgiref 1.1, "Channel Layers"): a message is a dict of what msgpack can hold, a name has at
    most 99 characters.
    """

    @property
    @abc.abstractmethod
    def capabilities(self):
        """What it can do beyond the methods here: its Capabilities."""

    @abc.abstractmethod
    def send(self, channel, message):
        """
        Sends to one reader of a channel. Raises ChannelFull; TypeError or AssertionError for what
        can't be sent.
        """

    @abc.abstractmethod
    def receive(self, channels, block=False):
        """The next (channel, message) of these channels, or (None, None)."""

    @abc.abstractmethod
    def new_channel(self, pattern):
        """A name for a channel of one reader. `pattern` ends with "?"."""

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
        """Forgets all messages and groups."""


class SocketStore(abc.ABC):
    """What is known of each open socket, a dict that JSON can hold, by its reply channel."""

    def __init__(self, layer):
        self.layer = layer

    @abc.abstractmethod
    def store(self, channel, known, seconds):
        """Keeps `known` for so many seconds."""

    @abc.abstractmethod
    def load(self, channel):
        """What was kept, {} if nothing was."""

    @abc.abstractmethod
    def load_many(self, channels):
        """{channel: what was kept}"""

    @abc.abstractmethod
    def forget(self, channel):
        """Keeps it no longer."""

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
        Puts a socket into groups, keeps `known` (if it isn't empty), and then sends the message
        that accepts the socket. Raises what group_add, `store` and `send` raise.
        """
        self.join(channel, groups)
        if known:
            self.store(channel, known, seconds)
        self.layer.send(channel, message)


class Capabilities:
    """
    What a layer can do beyond what channels asks. These answers are those of a layer that can do
    nothing more, in the memory of one process say; subclasses answer for layers that can.
    """
    waits = False  # whether `receive_within` waits for a message, or is to be asked again
    logs_outages = False  # whether the layer itself logs that a server is away
    redis = None  # the layer, if its Redis servers take more than messages
    history = None  # its GroupHistory (layers/redis/history.py), if it keeps what groups were sent
    numbers = None  # its Numbers (layers/redis/numbers.py), where it may forget what was taken
    metrics = NoMetrics()  # where to count what channels_lts.layers.metrics names
    sockets = None  # its SocketStore, where groups can be lost (layers/redis/socket_store.py)
    knows_daphnes = False  # whether its daphnes list their sockets, and take `drain`

    def __init__(self, layer):
        self.layer = layer

    def address(self):
        """Where its servers are, for a log: without passwords. "" if it has none."""
        return ""

    def receive_within(self, channels, seconds):
        """
        What `receive` returns, after so many seconds at most; 0: at once. A wait is of whole
        seconds. It doesn't make the thread a worker's, whose replies may wait for `settle`.
        """
        return self.layer.receive(channels)

    def is_away(self):
        """Whether nothing can be received now, as far as is known."""
        return False

    def ask(self, shard, ask):
        """
        The result of `ask()`, which asks one of the servers in `redis` and may do so twice; tried
        for a while if it is away. Raises RedisError.
        """
        return ask()

    def settle(self):
        """
        Waits until what this thread has sent is taken or counted as dropped. Raises RedisError.
        """

    def sweep(self):
        """
        To be called every few seconds by one thread: takes a second at most to take out of groups
        who isn't there any more. Raises RedisError.
        """

    def report(self, is_last=False):
        """
        To be called every few seconds: logs what was dropped, and adds what this process has
        counted to the statistics. `is_last`: the process ends. Raises RedisError.
        """

    def beat(self, kind, name, details):
        """
        Says that a process is alive; to be called at least every ten seconds.

        `kind` is "worker", "delay" or "interface", `name` is unique to the process, `details` a
        dict that JSON can hold. Raises RedisError.
        """

    def alive(self, kind):
        """
        The details of each process of this kind that has reported lately, with its "name" and
        "at", the time of its report in seconds since the epoch; by name. Raises RedisError.
        """
        return []

    def drain(self, process):
        """
        Has an interface server end as after SIGTERM, by its process channel; one that `alive` says
        it of ("drains"). Raises ChannelFull, RedisError.
        """

    def shared_memory(self, name, size):
        """A Segment of so many bytes that the processes of this host share, or None."""
        return None


# Layers of others that can do more than channels asks. By name: they needn't be installed.
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
