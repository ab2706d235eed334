"""
Groups: who is in them, and sending to all members. Join times are set, and compared, by the
server's clock: a host whose clock is ahead would otherwise empty the groups it sends to.
"""
from redis.exceptions import NoScriptError, RedisError

from . import envelope as envelopes
from . import keys, scripts
from .exchange import nothing


class Members:
    """Puts channels into groups and takes them out, each after what this thread sent before."""

    def __init__(self, shards, exchange, prefix, expiry):
        """`prefix`: the layer's; `expiry`: seconds for which a channel stays in a group."""
        self.shards = shards
        self.exchange = exchange
        self.prefix = prefix
        self.expiry = expiry

    def add(self, groups, channel):
        """
        Leaves out the channel of a socket that has closed. `groups`: {name: its key in Redis};
        those on one server cost one round trip. Raises RedisError.
        """
        for shard, found in self._by_shard(groups).items():
            self._join(shard, [keys.closed(self.prefix, channel)] + found,
                       (self.prefix, "", "", "", channel, int(self.expiry)))

    def _join(self, shard, *call):
        # A worker's own connection also brings the answers to its replies, and costs a connect a
        # fifth less time than redis-py's client.
        if not (self.exchange.is_open(shard) and self._is_joined(shard, *call)):
            self._change(shard, lambda connection: scripts.join.run(connection, *call))

    def _is_joined(self, shard, *call):
        """False if the server is away, or late: it may have joined anyway, and joins again."""
        try:
            return self.exchange.ask(shard, nothing, scripts.join.by_sha(*call)) is not None
        except NoScriptError:
            return False

    def discard(self, groups, channel):
        """`groups`: as for `add`. Raises RedisError."""
        for shard, found in self._by_shard(groups).items():
            self._change(shard, lambda connection: _leave(connection, found, channel))

    def _by_shard(self, groups):
        """{server: keys of groups}"""
        by_shard = {}
        for group, key in groups.items():
            by_shard.setdefault(self.shards.home(group), []).append(key)
        return by_shard

    def names(self, group, key):
        """The channels in a group. `key`: the group's key in Redis. Raises RedisError."""
        shard = self.shards.home(group)
        connection = self.shards.connection(shard)
        return self.shards.call(shard, lambda: connection.zrangebyscore(
            key, connection.time()[0] - self.expiry, "+inf"))

    def _change(self, shard, change):
        self.exchange.settle()
        self.shards.call(shard, lambda: change(self.shards.connection(shard)))


def _leave(connection, found, channel):
    together = connection.pipeline(transaction=False)
    for key in found:
        together.zrem(key, channel)
    together.execute()


class GroupSender:
    """
    Sends to groups: a bundle to each process that reads bundles, a message to every other member.
    """

    def __init__(self, layer, shards, exchange, counters, drop_log, reporter):
        """`layer`: the asgi_redis layer, for its names, capacities and serialization."""
        self.layer = layer
        self.shards = shards
        self.exchange = exchange
        self.counters = counters
        self.drop_log = drop_log
        self.reporter = reporter

    def send(self, group, key, message, *kept):
        """
        Sends to all members: in one round trip if they are sockets of processes that read bundles.
        `key`: the group's key in Redis; `kept`: the key of its history, and what lua/group.lua
        needs to keep the message there. Full channels are counted and logged; raises RedisError,
        never ChannelFull.
        """
        self.exchange.settle()
        head = envelopes.head(self.layer, self.layer.serialize(message))
        others, taken, dropped, elsewhere = self._push(group, key, head, *kept)
        for process, amount in _in_steps(taken, 2):
            self.counters.sent(process.decode("utf8"), amount)
        for process, amount in _in_steps(dropped, 2):
            self.drop_log.note(process.decode("utf8"), amount)
        if elsewhere:
            others += self._push_elsewhere(head, list(_in_steps(elsewhere, 3)))
        if others:
            self._send_each([name.decode("utf8") for name in others], message)
        self.reporter.report_when_due()

    def _push(self, group, key, head, *kept):
        """The answer of lua/group.lua."""
        shard = self.shards.home(group)
        arguments = head + (int(self.layer.group_expiry), 1 if self.shards.count == 1 else 0)
        return self.shards.call(shard, lambda: scripts.group.run(
            self.shards.connection(shard), (key,) + kept[:1], arguments + kept[1:]))

    def _push_elsewhere(self, head, bundles):
        """Pushes bundles to the servers of their processes; returns the members not reached."""
        unreached = []
        grouped = self.shards.grouped(bundles, lambda each: each[0].decode("utf8"))
        for shard, some in grouped.items():
            answers = self._run_each(
                scripts.push, shard, [([], head + each[:2]) for each in some])
            for answer, (process, names, amount) in zip(answers, some):
                if isinstance(answer, RedisError) or answer >= 0:
                    self._count(process.decode("utf8"), answer, amount)
                else:
                    unreached += [process + name for name in names.split(b"\n")]
        return unreached

    def _send_each(self, channels, message):
        """A separate message for each channel, in one round trip per server."""
        written = [envelopes.write(self.layer, channel, message) for channel in channels]
        for shard, some in self.shards.grouped(written, lambda each: each.list).items():
            answers = self._run_each(scripts.send, shard, [
                ([], envelopes.arguments(self.layer, each)) for each in some])
            for answer, envelope in zip(answers, some):
                self._count(envelope.list, answer, 1)

    def _count(self, channel, answer, amount):
        if isinstance(answer, RedisError):
            self.drop_log.note(channel, amount, reason=str(answer))
        elif answer == scripts.TAKEN:
            self.counters.sent(channel, amount)
        elif answer == scripts.FULL:
            self.drop_log.note(channel, amount)

    def _run_each(self, script, shard, calls):
        """
        The answers, including errors. Nothing is raised: members on other servers have their
        messages by now, and retrying the group would send them twice.
        """
        try:
            return self.shards.call(
                shard, lambda: script.run_each(self.shards.connection(shard), calls))
        except RedisError as error:
            return [error] * len(calls)


def _in_steps(items, size):
    return (tuple(items[at:at + size]) for at in range(0, len(items), size))
