"""
The synchronous side of the layer: what workers, views and commands call.
"""
import re
import time

import asgi_redis
import redis
from redis.exceptions import RedisError, TimeoutError
from twisted.python.threadable import isInIOThread

from channels_lts.redis import ConnectionPool, redact

from . import bundle, envelope, scripts, timeouts
from .circuit_breaker import CircuitBreaker
from .connections import leaving
from .groups import GroupsMixin
from .outage import AWAY, Outage
from .receiver import ReceptionMixin
from .sentinel import MasterPool
from .statistics import StatisticsMixin


class BundlingMixin(ReceptionMixin, GroupsMixin, StatisticsMixin):
    """
    Overrides how asgi_redis's layers send and receive; names, capacities, groups, encryption and
    the keys of messages to ordinary channels are theirs.

    Beside the arguments of asgi_redis: `max_frame` and `max_body`, the largest WebSocket frame
    and HTTP body that daphne's side takes, in bytes; `max_backlog`, how much it keeps for a
    browser that doesn't read, in bytes; `frame_rate`, how many frames a socket may send in a
    second for long (None: any number), and `frame_burst`, how many at once. Raises ValueError.
    """
    extensions = ["groups", "flush", "statistics", "twisted"]
    bundle_format = bundle.FORMAT
    # asgiref's ends with $, and so takes a line feed behind the name, which a bundle can't hold.
    channel_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+((\?|\!)[\d\w\-_.]*)?\Z")
    patience = 2  # seconds that a server has to be away before a sender gives up
    reply_patience = 0.5  # seconds that a worker gives a daphne whose list is full
    clock = staticmethod(time.time)
    interface = None  # daphne's side, in the process and from the time that it receives

    def __init__(self, *args, max_frame=2 ** 20, max_body=16 * 2 ** 20, max_backlog=4 * 2 ** 20,
                 frame_rate=50, frame_burst=500, **kwargs):
        if frame_rate is not None and frame_rate <= 0:
            raise ValueError("frame_rate must be above 0, or None for no limit: %r" % frame_rate)
        if frame_burst < 1:
            raise ValueError("frame_burst must be at least 1: %r" % frame_burst)
        super().__init__(*args, **kwargs)
        self.frame_rate = frame_rate
        self.frame_burst = frame_burst
        self.max_frame = max_frame
        self.max_body = max_body
        self.max_backlog = max_backlog
        self._hopeless = {}  # lists that stayed full, until one of their messages is taken
        self.outages = [Outage(name, username=self._username(shard))
                        for shard, name in enumerate(self.server_names())]
        self.circuit_breaker = CircuitBreaker(self)

    def _username(self, shard):
        return self.connection(shard).connection_pool.connection_kwargs.get("username")

    def send(self, channel, message):
        """Raises ChannelFull, or RedisError after `patience` seconds without Redis."""
        letter = envelope.write(self, channel, message)
        if self.interface is not None and self.interface.is_here():
            self.interface.send(letter)
        elif self.pipelines.is_worker and "!" in channel:
            self._reply(letter)
        elif not self._post(letter):
            self.drop_log.note(letter.list)
            raise self.ChannelFull
        else:
            self._report_when_due()

    def _reply(self, letter):
        """Sends from a worker to one process; what comes of it is seen at its next call."""
        shard, = self.shards_for(letter.list)
        line = self.pipelines.on(shard)
        if not line.may_post(letter):
            self.settle()
            line = self.pipelines.on(shard)
        if self.circuit_breaker.is_away(shard):
            self._again(letter)
        else:
            line.post(scripts.send.by_sha((), envelope.arguments(self, letter)), letter)

    def _settled(self, outcomes):
        """
        Deals with the answers to replies. One that found its channel full is tried for a while,
        as channels does; what fails is counted and logged.
        """
        for letter, answer in outcomes:
            if answer == scripts.TAKEN:
                self.counters.sent(letter.list)
            if answer in scripts.DONE:
                self._hopeless.pop(letter.list, None)
            elif isinstance(answer, TimeoutError):  # it may have arrived
                self.drop_log.note(letter.list, reason=str(answer))
            else:
                self._again(letter)

    def _again(self, letter):
        try:
            taken = self._insist(letter)
        except RedisError as error:
            self.drop_log.note(letter.list, reason=str(error))
        else:
            taken or self.drop_log.note(letter.list)

    def _insist(self, letter):
        deadline = time.monotonic() + self.reply_patience
        while not self._post(letter):
            # A daphne that is dead or stuck mustn't hold the worker up again and again.
            if time.monotonic() > deadline or letter.list in self._hopeless:
                self._hopeless[letter.list] = True
                return False
            time.sleep(self.reply_patience / 10)
        return True

    def _post(self, letter):
        """Whether one of the servers that may take a letter has. Those that are away come last."""
        *others, last = sorted(self.shards_for(letter.list),
                               key=lambda shard: not self.circuit_breaker.is_away(shard))
        for shard in others:
            try:
                if self.circuit_breaker.attempt(shard, lambda: self._post_on(shard, letter)):
                    return True
            except AWAY:
                continue
        return self._patiently(last, lambda: self._post_on(last, letter))

    def _post_on(self, shard, letter):
        answer = scripts.send.run(self.connection(shard), [], envelope.arguments(self, letter))
        if answer == scripts.TAKEN:
            self.counters.sent(letter.list)
        return answer != scripts.FULL

    def shards_for(self, channel):
        """The servers that may take a message to a channel, in the order to try them."""
        if "!" in channel or "?" in channel:
            return [self.consistent_hash(channel)]
        first = next(self._send_index_generator)
        return [(first + step) % self.ring_size for step in range(self.ring_size)]

    def _patiently(self, shard, call):
        if self.pipelines.busy():
            self.settle()  # what this thread has sent before comes first
        if isInIOThread():  # daphne's reactor has other things to do than wait
            return self.circuit_breaker.attempt(shard, call)
        return self.circuit_breaker.patiently(shard, call, self.patience)


class RedisChannelLayer(BundlingMixin, asgi_redis.RedisChannelLayer):
    """For one Redis server, or several as shards."""

    def server_names(self):
        return [redact(host) for host in self.hosts]

    def _generate_connections(self, hosts, redis_kwargs):
        seconds = self.blpop_timeout + timeouts.MARGIN_SECONDS
        options = timeouts.with_timeouts(redis_kwargs, seconds)
        return [leaving(redis.Redis(connection_pool=ConnectionPool.from_url(host, **options)))
                for host in hosts]

    def __str__(self):
        return "%s(hosts=%s)" % (type(self).__name__, self.server_names())


class RedisSentinelChannelLayer(BundlingMixin, asgi_redis.RedisSentinelChannelLayer):
    """For the masters that Redis Sentinel names, each of them a shard."""

    def __init__(self, *args, connection_kwargs=None, **kwargs):
        super().__init__(*args, connection_kwargs=timeouts.for_sentinels(
            connection_kwargs or {}, self.blpop_timeout + timeouts.MARGIN_SECONDS), **kwargs)

    def server_names(self):
        return ["service %s" % service for service in self.services]

    def _master_for(self, service_name):
        # asgi_redis makes a connection per command, each after a question to a Sentinel, or new
        # ones for each `sentinel_refresh_interval`. Our pool asks whenever it has to connect.
        if not self._master_connections:
            self._master_connections = {
                service: self._sentinel.master_for(service, connection_pool_class=MasterPool)
                for service in self.services}
        return self._master_connections[service_name]
