"""
What the layer knows about itself: asgi_redis's statistics, and the pictures for layer_stats.
"""
import functools
from collections import Counter

from redis.exceptions import RedisError
from twisted.python.threadable import isInIOThread

from ..drop_log import CountedDropLog
from . import bundle, keys, liveness, timeouts
from .counter_report import Report
from .counters import REPORTING, Counters


class StatisticsMixin:
    """
    Overrides asgi_redis's statistics: each process counts for itself what it sends and what is
    dropped, and adds it to Redis's counters now and then, where stock does so with each message.
    A bundle counts as one pending message and knows its age itself.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.counters = Counters()
        self.drop_log = CountedDropLog(self.counters)
        REPORTING.add(self)

    def report_statistics(self):
        """
        Adds to the statistics what this process has counted. What a server that is away can't
        take is kept. Waits for a second at most for each that hangs. Raises RedisError.
        """
        problem = None
        for home, report in self.reports():
            try:
                self.circuit_breaker.attempt(
                    home, functools.partial(self._send_report, home, report))
            except RedisError as error:
                problem = error
            self.counters.put_back(report.left)
        if problem:
            raise problem

    def report_last(self):
        """The same for a process that ends: it leaves the others when one doesn't answer."""
        for home, report in self.reports():
            if self.outages[home].since is None:
                try:
                    self._send_report(home, report)
                except RedisError:
                    return

    def reports(self):
        """[(server, Report)] of all that this process has counted; it isn't kept here."""
        return [(home, Report(self, counts))
                for home, counts in self._by_home(self.counters.take()).items()]

    def _send_report(self, shard, report):
        report.send(timeouts.own_connection(self.connection(shard)))

    def _by_home(self, counts):
        """{server that holds the counters of some channels: {(channel, name): amount}}"""
        found = {}
        for (channel, name), amount in counts.items():
            home = self.consistent_hash(channel) if "!" in channel or "?" in channel else 0
            found.setdefault(home, {})[channel, name] = amount
        return found

    def _report_when_due(self):
        """For a process without a heartbeat: as often as one would."""
        if self.counters.is_due() and not isInIOThread():
            self._try_to_report()

    def _try_to_report(self):
        try:
            self.report_statistics()
        except RedisError:  # it is kept
            pass

    def channel_statistics(self, channel):
        """As asgi_redis gives them; what other processes haven't reported yet isn't in it."""
        self._try_to_report()
        return super().channel_statistics(channel)

    def global_statistics(self):
        """The same of all channels."""
        self._try_to_report()
        return super().global_statistics()

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
    interfaces = liveness.alive(layer, "interface")
    groups = groups_by_process(layer)
    names = list(channels) + [each["name"] for each in interfaces]
    return {
        "channels": [_channel(layer, name) for name in names],
        "interfaces": [dict(each, groups=groups.get(each["name"], 0)) for each in interfaces],
        "workers": liveness.alive(layer, "worker"),
        "delays": liveness.alive(layer, "delay"),
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
