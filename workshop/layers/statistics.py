"""
What the layer knows about itself: asgi_redis's statistics, and the pictures for layer_stats.
"""
import functools
from collections import Counter

from redis.exceptions import RedisError, TimeoutError

from . import bundle, keys, roster


def commands(layer, channel, name, amount):
    """The Redis commands that add to one of asgi_redis's counters, as lua/common.lua does."""
    for owner, expiry in ((channel, layer.channel_statistics_expiry),
                          (layer.global_stats_key, layer.global_statistics_expiry)):
        key = "%s%s:%s" % (layer.stats_prefix, owner, name)
        yield "INCRBY", key, amount
        yield "EXPIRE", key, expiry


class StatisticsMixin:
    """
    Overrides how asgi_redis reads a channel: a bundle counts as one pending message and knows
    its age itself.
    """

    def report_drops(self):
        """
        Adds to the statistics what this process knows was dropped. What a server that is away
        can't take is kept. Raises RedisError.
        """
        problem = None
        for channel, amount in self.drops.take().items():
            home = self.home(channel)
            try:
                self.lookout.attempt(home, functools.partial(self._report, home, channel, amount))
            except RedisError as error:
                problem = error
                if not isinstance(error, TimeoutError):  # then they may have been added
                    self.drops.count(channel, amount)
        if problem:
            raise problem

    def _report(self, shard, channel, amount):
        pipeline = self.connection(shard).pipeline()
        for command in self.drop_commands(channel, amount):
            pipeline.execute_command(*command)
        pipeline.execute()

    def drop_commands(self, channel, amount):
        """The commands that do that for one channel, at its home."""
        return commands(self, channel, self.STAT_CHANNEL_FULL, amount)

    def home(self, channel):
        """The server that holds what is dropped of a channel."""
        return self.consistent_hash(channel) if "!" in channel or "?" in channel else 0

    def _count_channel_stats(self, channel, connections):
        found = {self.STAT_MESSAGES_COUNT: 0, self.STAT_MESSAGES_PENDING: 0,
                 self.STAT_MESSAGES_MAX_AGE: 0, self.STAT_CHANNEL_FULL: 0}
        for connection in connections:
            sent, full, pending, oldest = self._ask(connection, channel)
            found[self.STAT_MESSAGES_COUNT] += int(sent or 0)
            found[self.STAT_CHANNEL_FULL] += int(full or 0)
            found[self.STAT_MESSAGES_PENDING] += pending
            if oldest:
                found[self.STAT_MESSAGES_MAX_AGE] = max(
                    found[self.STAT_MESSAGES_MAX_AGE], self._age(connection, oldest))
        return found

    def _ask(self, connection, channel):
        pipeline = connection.pipeline(transaction=False)
        for name in (self.STAT_MESSAGES_COUNT, self.STAT_CHANNEL_FULL):
            pipeline.get("%s%s:%s" % (self.stats_prefix, channel, name))
        pipeline.llen(self.prefix + channel)
        pipeline.lindex(self.prefix + channel, 0)
        return pipeline.execute()

    def _age(self, connection, entry):
        """Seconds since an entry was written, by the server's clock."""
        if not bundle.is_entry(entry):
            return max(0, self.expiry - max(0, connection.pttl(entry) or 0) / 1000)
        try:
            expires = bundle.expires(entry)
        except bundle.UnknownFormat:  # of a newer process, during a deploy
            return 0
        seconds, microseconds = connection.time()
        return max(0, seconds + microseconds / 1e6 - (expires - self.expiry))


def picture(layer, channels):
    """
    What layer_stats shows, as JSON can hold it: "channels" (each with name, pending, oldest age
    in seconds, sent and dropped), "interfaces" (name, sockets, groups), "workers" and "delays".

    `channels`: names to show beside those of the interface servers. Looks into every group, so
    it is nothing to be done several times a second.
    """
    interfaces = roster.alive(layer, "interface")
    groups = groups_by_process(layer)
    names = list(channels) + [each["name"] for each in interfaces]
    return {
        "channels": [_channel(layer, name) for name in names],
        "interfaces": [dict(each, groups=groups.get(each["name"], 0)) for each in interfaces],
        "workers": roster.alive(layer, "worker"),
        "delays": roster.alive(layer, "delay"),
    }


def _channel(layer, name):
    found = layer.channel_statistics(name)
    return {
        "name": name,
        "pending": found[layer.STAT_MESSAGES_PENDING],
        "oldest": round(found[layer.STAT_MESSAGES_MAX_AGE], 1),
        "sent": found[layer.STAT_MESSAGES_COUNT],
        "dropped": found[layer.STAT_CHANNEL_FULL],
    }


def groups_by_process(layer):
    """{process channel: number of groups that one of its sockets is in}"""
    found = Counter()
    for shard in range(layer.ring_size):
        connection = layer.connection(shard)
        for group in connection.scan_iter(keys.groups(layer.prefix), count=1000):
            members = connection.zrange(group, 0, -1)
            found.update({layer.non_local_name(each.decode("utf8")) for each in members})
    return found
