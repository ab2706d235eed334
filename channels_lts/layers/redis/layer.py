"""
The layers: the methods that channels and daphne call, and the parts behind them.
"""
import re

import asgi_redis
import redis

from channels_lts.redis import ConnectionPool, MasterPool, redact
from channels_lts.redis.sentinel import service_of
from channels_lts.redis.sentinels import Sentinels

from .. import base
from ..drop_log import CountedDropLog
from . import bundle, envelope, keys, timeouts
from .backlog import Backlog
from .capabilities import RedisCapabilities
from .counter_report import Reporter
from .counters import Counters
from .exchange import Exchange
from .group_sweeper import GroupSweeper
from .groups import GroupSender, Members
from .metrics import Metrics
from .pipeline import Pipelines
from .receiver import Receiver
from .replies import Poster, Replies
from .sender import ReplySender, Sender
from .shards import Shards
from .statistics import ChannelStatistics


class Facade:
    """
    What both layers share. They send and receive with our own parts; names, capacities, encryption
    and the keys of messages to ordinary channels are asgi_redis's.

    Besides asgi_redis's arguments: `max_frame` and `max_body`, the largest WebSocket frame and HTTP
    body that daphne accepts, in bytes; `max_backlog`, how much is kept for a browser that doesn't
    read, in bytes; `frame_rate`, how many frames per second a socket may send over time (None: any
    number), and `frame_burst`, how many at once. Raises ValueError.
    """
    extensions = ["groups", "flush", "statistics", "twisted"]
    bundle_format = bundle.FORMAT
    # asgiref's ends with $, and so allows a line feed after the name, which a bundle can't hold.
    channel_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+((\?|\!)[\d\w\-_.]*)?\Z")

    def __init__(self, *args, max_frame=2 ** 20, max_body=16 * 2 ** 20, max_backlog=4 * 2 ** 20,
                 frame_rate=50, frame_burst=500, **kwargs):
        if frame_rate is not None and frame_rate <= 0:
            raise ValueError("frame_rate must be above 0, or None for no limit: %r" % frame_rate)
        if frame_burst < 1:
            raise ValueError("frame_burst must be at least 1: %r" % frame_burst)
        super().__init__(*args, **kwargs)
        self.max_frame, self.max_body, self.max_backlog = max_frame, max_body, max_backlog
        self.frame_rate, self.frame_burst = frame_rate, frame_burst
        self._compose()

    def _compose(self):
        self.counters = Counters()
        self.metrics = Metrics(self.counters)
        self.drop_log = CountedDropLog(self.counters, self.metrics)
        self.shards = shards = Shards(self.connection, self.server_names(), self.consistent_hash,
                                      ("DEL",) + keys.probes(self.prefix), self.metrics)
        self.outages, self.circuit_breaker = shards.outages, shards.circuit_breaker
        self.reporter = Reporter(self, shards, self.counters)
        pipelines = Pipelines(self.connection)
        poster = Poster(self, shards, self.counters)
        replies = Replies(poster, self.counters, self.drop_log, self.expiry)
        exchange = self.exchange = Exchange(shards, pipelines, replies, self.metrics)
        self.sender = Sender(poster, exchange, self.drop_log, self.reporter)
        self.reply_sender = ReplySender(self, shards, pipelines, exchange, replies)
        self.members = Members(shards, exchange, self.prefix, self.group_expiry)
        self.group_sender = GroupSender(
            self, shards, exchange, self.counters, self.drop_log, self.reporter)
        self.receiver = Receiver(
            self, shards, exchange, Backlog(self, self.drop_log), self.drop_log)
        self.statistics = ChannelStatistics(self)
        self.group_sweeper = GroupSweeper(self)
        self._capabilities = RedisCapabilities(self)
        self.interfaces = {}  # daphne's side, by process channel: one in a daphne, none elsewhere

    @property
    def capabilities(self):
        return self._capabilities

    def send(self, channel, message):
        """Raises ChannelFull, or RedisError after `shards.retry_seconds` seconds without Redis."""
        interface = self._interface()
        if not (interface and interface.drops(channel, message)):
            self._post(interface, envelope.write(self, channel, message))

    def post(self, written):
        """Sends an Envelope. Raises what `send` raises."""
        self._post(self._interface(), written)

    def _interface(self):
        for interface in self.interfaces.values():
            if interface.is_here():
                return interface

    def _post(self, interface, written):
        if interface:
            return interface.send(written)
        if self.reply_sender.is_for(written):
            self.reply_sender.send(written)
        elif not self.sender.send(written):
            raise self.ChannelFull

    def settle(self):
        """
        Waits for the answers to this thread's replies, and processes them; what can't be sent now
        is given up.
        """
        self.exchange.settle()
        self.exchange.replies.give_up()

    def receive(self, channels, block=False):
        """
        (channel, message), or (None, None) if there is nothing, or Redis is away; a blocking call
        then returns after `blpop_timeout` seconds or, in the latter case, after one at most.
        """
        if block:
            self.reply_sender.begin()
        return self.receiver.receive(list(channels), self.blpop_timeout if block else 0)

    def receive_twisted(self, channels):
        """
        A Deferred of what a blocking `receive` returns. For an interface server, which asks only
        for its process channel, this is the fast path; anything else waits in a thread.
        """
        from .daphne import TwistedLayer
        channels = list(channels)
        if len(channels) != 1 or not channels[0].endswith("!"):
            from twisted.internet.threads import deferToThread  # installs a reactor
            return deferToThread(self.receive, channels, block=True)
        process, = channels
        assert self.valid_channel_name(process, receive=True), "Channel name not valid"
        if process not in self.interfaces:
            self.interfaces[process] = TwistedLayer(self, process)
            self.interfaces[process].start()
        return self.interfaces[process].receive()

    def group_add(self, group, channel):
        self.join([group], channel)

    def join(self, groups, channel):
        """group_add for several groups, in one round trip to each of their servers."""
        self.members.add({group: self.group_key(group, channel) for group in groups}, channel)

    def group_discard(self, group, channel):
        self.leave([group], channel)

    def leave(self, groups, channel):
        """group_discard for several groups, in one round trip to each of their servers."""
        self.members.discard({group: self.group_key(group, channel) for group in groups}, channel)

    def group_channels(self, group):
        """Raises RedisError."""
        assert self.valid_group_name(group), "Group name not valid"
        names = self.members.names(group, self._group_key(group))
        return [name.decode("utf8") for name in names]

    def group_key(self, group, channel):
        """The group's key in Redis, for a channel that may be in it. Raises AssertionError."""
        assert self.valid_group_name(group), "Group name not valid"
        assert self.valid_channel_name(channel), "Channel name not valid"
        return self._group_key(group)

    def send_group(self, group, message):
        """Full channels are counted and logged; raises RedisError, never ChannelFull."""
        self.send_and_keep(group, message)

    def send_and_keep(self, group, message, *kept):
        """For GroupHistory, which decides what is kept and where (GroupSender.send)."""
        assert self.valid_group_name(group), "Group name not valid"
        assert isinstance(message, dict), "message is not a dict"
        self.group_sender.send(group, self._group_key(group), message, *kept)

    def shards_for(self, channel):
        """The servers that may accept a message to a channel, in the order to try them."""
        return self.shards.taking(channel)

    def reports(self):
        """See Reporter.reports."""
        return self.reporter.reports()

    def report_statistics(self):
        """See Reporter.report. Raises RedisError."""
        self.reporter.report()

    def channel_statistics(self, channel):
        """As in asgi_redis; excludes what other processes haven't reported yet."""
        self.reporter.try_to_report()
        return super().channel_statistics(channel)

    def global_statistics(self):
        """The same for all channels."""
        self.reporter.try_to_report()
        return super().global_statistics()

    def _count_channel_stats(self, channel, connections):
        return self.statistics.count(channel, connections)


class RedisChannelLayer(Facade, asgi_redis.RedisChannelLayer, base.ChannelLayer):
    """For one Redis server, or several as shards."""

    def server_names(self):
        """Its servers, for a log."""
        return [redact(host) for host in self.hosts]

    def _generate_connections(self, hosts, redis_kwargs):
        seconds = self.blpop_timeout + timeouts.MARGIN_SECONDS
        options = timeouts.with_timeouts(redis_kwargs, seconds)
        return [redis.Redis(connection_pool=ConnectionPool.from_url(host, **options))
                for host in hosts]

    def __str__(self):
        return "%s(hosts=%s)" % (type(self).__name__, self.server_names())


class RedisSentinelChannelLayer(Facade, asgi_redis.RedisSentinelChannelLayer, base.ChannelLayer):
    """
    For the masters that Redis Sentinel names, each of them a shard. `hosts` and `services` may also
    be URLs, as in channels_lts.redis.sentinel.
    """

    def __init__(self, *args, hosts=None, services=None, connection_kwargs=None, **kwargs):
        hosts = self._setup_hosts(hosts)
        self._validate_service_names(services or [])
        options = timeouts.for_sentinels(
            connection_kwargs or {}, self.blpop_timeout + timeouts.MARGIN_SECONDS)
        if not services:
            services = Sentinels(hosts, **options["sentinel_kwargs"]).services()
        # asgi_redis makes a connection per command, each after a query to a Sentinel, or new ones
        # every `sentinel_refresh_interval`. Our pool asks whenever it has to connect.
        pools = [MasterPool.from_url(service_of(each), hosts, **options) for each in services]
        self._masters = {pool.service_name: redis.StrictRedis(connection_pool=pool)
                         for pool in pools}
        super().__init__(*args, services=[pool.service_name for pool in pools], connection_kwargs={
            "socket_timeout": options["socket_timeout"]}, **kwargs)

    def _setup_hosts(self, hosts):
        if isinstance(hosts, str):
            raise ValueError("hosts must be a list of Sentinels: %r" % redact(hosts))
        return hosts or [("localhost", 26379)]

    def server_names(self):
        """Its services, for a log."""
        return [self._masters[service].connection_pool.server for service in self.services]

    def _master_for(self, service_name):
        return self._masters[service_name]
