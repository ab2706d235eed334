"""
The synchronous side of the layer: what workers, views and commands call.
"""
import time

import asgi_redis
from redis.exceptions import RedisError
from twisted.python.threadable import isInIOThread

from . import bundle, letters, scripts
from .drops import Drops
from .hosts import without_password
from .patience import AWAY, Outage, patiently
from .reception import ReceptionMixin
from .statistics import StatisticsMixin


class BundlingMixin(ReceptionMixin, StatisticsMixin):
    """
    Overrides how asgi_redis's layers send and receive; names, capacities, groups, encryption and
    the keys of messages to ordinary channels are theirs.

    Beside the arguments of asgi_redis: `max_frame` and `max_body`, the largest WebSocket frame
    and HTTP body that daphne's side takes, in bytes; `max_backlog`, how much it keeps for a
    browser that doesn't read, in bytes.
    """
    extensions = ["groups", "flush", "statistics", "twisted"]
    bundle_format = bundle.FORMAT
    patience = 2  # seconds that a sender waits for a Redis that is away
    reply_patience = 0.5  # seconds that a worker gives a daphne whose list is full
    clock = staticmethod(time.time)
    interface = None  # daphne's side, in the process and from the time that it receives

    def __init__(self, *args, max_frame=2 ** 20, max_body=16 * 2 ** 20, max_backlog=4 * 2 ** 20,
                 **kwargs):
        super().__init__(*args, **kwargs)
        self.max_frame = max_frame
        self.max_body = max_body
        self.max_backlog = max_backlog
        self.drops = Drops()
        self._hopeless = {}  # lists that stayed full, until one of their messages is taken
        self.outages = [Outage(name) for name in self.server_names()]

    def send(self, channel, message):
        """Raises ChannelFull, or RedisError after `patience` seconds without Redis."""
        letter = letters.write(self, channel, message)
        if self.interface is not None and self.interface.is_here():
            self.interface.send(letter)
        elif self.lines.is_worker and "!" in channel:
            self._reply(letter)
        elif not self._patiently(lambda: self._post(letter)):
            self.drops.note(letter.list)
            raise self.ChannelFull

    def _reply(self, letter):
        """Sends from a worker to one process; what comes of it is seen at its next call."""
        shard, = self.shards_for(letter.list)
        line = self.lines.on(shard)
        if not line.may_post(letter):
            self.settle()
        line.post(scripts.send.by_sha((), letters.arguments(self, letter)), letter)

    def settle(self):
        """
        Waits for the answers to the replies of this thread. One that found its channel full is
        tried for a while, as channels does; what fails is counted and logged.
        """
        for line in self.lines.busy():
            self._settled(line.ask()[0])

    def _settled(self, outcomes):
        for letter, answer in outcomes:
            if answer == 1:
                self._hopeless.pop(letter.list, None)
                continue
            try:
                taken = self._insist(letter)
            except RedisError as error:
                self.drops.note(letter.list, reason=str(error))
            else:
                taken or self.drops.note(letter.list)

    def _insist(self, letter):
        deadline = time.monotonic() + self.reply_patience
        while not self._patiently(lambda: self._post(letter)):
            # A daphne that is dead or stuck mustn't hold the worker up again and again.
            if time.monotonic() > deadline or letter.list in self._hopeless:
                self._hopeless[letter.list] = True
                return False
            time.sleep(self.reply_patience / 10)
        return True

    def _post(self, letter):
        shards = self.shards_for(letter.list)
        for shard in shards:
            last = shard == shards[-1]
            try:
                if scripts.send.run(self.connection(shard), [],
                                    letters.arguments(self, letter, last)):
                    return True
            except AWAY:
                if last:
                    raise
        return False

    def shards_for(self, channel):
        """The servers that may take a message to a channel, in the order to try them."""
        if "!" in channel or "?" in channel:
            return [self.consistent_hash(channel)]
        first = next(self._send_index_generator)
        return [(first + step) % self.ring_size for step in range(self.ring_size)]

    def _patiently(self, call):
        if self.lines.busy():
            self.settle()  # what this thread has sent before comes first
        # daphne's reactor (only --force-sync gets here) has other things to do than wait.
        return call() if isInIOThread() else patiently(call, self.patience)

    # Groups

    def group_add(self, group, channel):
        assert self.valid_group_name(group), "Group name not valid"
        assert self.valid_channel_name(channel), "Channel name not valid"
        self._patiently(lambda: self._on_group(
            group, ("ZADD", self._group_key(group), time.time(), channel),
            ("EXPIRE", self._group_key(group), int(self.group_expiry))))

    def group_discard(self, group, channel):
        assert self.valid_group_name(group), "Group name not valid"
        assert self.valid_channel_name(channel), "Channel name not valid"
        self._patiently(lambda: self._on_group(group, ("ZREM", self._group_key(group), channel)))

    def _on_group(self, group, *commands):
        pipeline = self.connection(self.consistent_hash(group)).pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        pipeline.execute()

    def send_group(self, group, message):
        """
        Sends to all members: in one round trip if they are sockets of processes that read
        bundles. What is full is counted and logged; raises RedisError, never ChannelFull.
        """
        assert self.valid_group_name(group), "Group name not valid"
        assert isinstance(message, dict), "message is not a dict"
        head = letters.head(self, self.serialize(message))
        oldest = int(time.time()) - self.group_expiry
        others, dropped, elsewhere = self._patiently(lambda: scripts.group.run(
            self.connection(self.consistent_hash(group)), [self._group_key(group)],
            head + (oldest, 1 if self.ring_size == 1 else 0)))
        for process, amount in _in_steps(dropped, 2):
            self.drops.note(process.decode("utf8"), amount)
        if elsewhere:
            others += self._push_elsewhere(head, list(_in_steps(elsewhere, 3)))
        if others:
            self._send_each([name.decode("utf8") for name in others], message)

    def _push_elsewhere(self, head, bundles):
        """Pushes bundles on the servers of their processes; returns whom that didn't reach."""
        unreached = []
        for shard, parcel in self._by_shard(bundles, lambda each: each[0].decode("utf8")).items():
            answers = self._run_each(scripts.push, shard, [([], head + each) for each in parcel])
            for answer, (process, names, amount) in zip(answers, parcel):
                if isinstance(answer, Exception):
                    self.drops.note(process.decode("utf8"), amount, reason=str(answer))
                elif answer == 0:
                    self.drops.note(process.decode("utf8"), amount)
                elif answer < 0:
                    unreached += [process + name for name in names.split(b"\n")]
        return unreached

    def _send_each(self, channels, message):
        """A message of its own for each channel, in one round trip per server."""
        posts = [letters.write(self, channel, message) for channel in channels]
        for shard, parcel in self._by_shard(posts, lambda each: each.list).items():
            answers = self._run_each(
                scripts.send, shard, [([], letters.arguments(self, each)) for each in parcel])
            for answer, letter in zip(answers, parcel):
                if isinstance(answer, Exception):
                    self.drops.note(letter.list, reason=str(answer))
                elif not answer:
                    self.drops.note(letter.list)

    def _run_each(self, script, shard, calls):
        """
        The answers, errors among them. Nothing is raised: members on other servers have theirs
        by now, and whoever tried the group again would give it to them twice.
        """
        try:
            return self._patiently(lambda: script.run_each(self.connection(shard), calls))
        except RedisError as error:
            return [error] * len(calls)

    def _by_shard(self, items, channel_of):
        found = {}
        for item in items:
            found.setdefault(self.shards_for(channel_of(item))[0], []).append(item)
        return found


def _in_steps(items, size):
    return (tuple(items[at:at + size]) for at in range(0, len(items), size))


class RedisChannelLayer(BundlingMixin, asgi_redis.RedisChannelLayer):
    """For one Redis server, or several as shards."""

    def server_names(self):
        return [without_password(host) for host in self.hosts]

    def __str__(self):
        return "%s(hosts=%s)" % (type(self).__name__, self.server_names())


class RedisSentinelChannelLayer(BundlingMixin, asgi_redis.RedisSentinelChannelLayer):
    """For the masters that Redis Sentinel names, each of them a shard."""

    def server_names(self):
        return ["service %s" % service for service in self.services]

    def _master_for(self, service_name):
        # asgi_redis makes a connection per command, each after a question to a Sentinel. redis-py
        # asks again by itself whenever it has to connect.
        client = self._master_connections.get(service_name)
        if client is None or self.sentinel_refresh_interval > 0:
            client = self._master_connections[service_name] = super()._master_for(service_name)
        return client
