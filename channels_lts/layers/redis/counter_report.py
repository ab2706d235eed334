"""
Sends a process's counts to Redis.
"""
import atexit
import functools
import os
import weakref

from redis.exceptions import RedisError, ResponseError
from twisted.python.threadable import isInIOThread

from channels_lts.redis.errors import is_unavailable

from . import envelope, scripts
from .timeouts import own_connection

REPORTERS = weakref.WeakSet()  # of this process


class Report:
    """A report to one server. `left`: what has to be reported again; at first, all of it."""

    def __init__(self, layer, counts):
        """`counts`: {(channel, name): amount}"""
        self.layer = layer
        self.counts = self.left = counts

    def arguments(self):
        """The arguments of lua/report.lua."""
        layer = self.layer
        head = envelope.head(layer) + (
            layer.stats_prefix, layer.global_stats_key, layer.channel_statistics_expiry,
            layer.global_statistics_expiry)
        return head + tuple(part for (channel, name), amount in self.counts.items()
                            for part in (channel, name, amount))

    def is_sent(self):
        """
        Call it when it is sent: it may arrive. Better to count too few than the same ones twice.
        """
        self.left = {}

    def answered(self, failed):
        """`failed`: the script's answer."""
        rows = list(self.counts.items())
        self.left = dict(rows[number - 1] for number in failed)

    def refused(self):
        """Call it if the script didn't run."""
        self.left = self.counts

    def send(self, connection):
        """On a separate redis-py connection. Raises RedisError."""
        try:
            connection.connect()
            self.is_sent()
            connection.send_command(*scripts.report.in_full((), self.arguments()))
            self.answered(connection.read_response())
        except RedisError as error:
            if isinstance(error, ResponseError) or is_unavailable(str(error)):
                self.refused()
            raise
        finally:
            connection.disconnect()


class Reporter:
    """Adds what a process has counted to the statistics in Redis."""

    def __init__(self, layer, shards, counters):
        """`layer`: the asgi_redis layer, for the names and lifetimes of its statistics."""
        self.layer = layer
        self.shards = shards
        self.counters = counters
        REPORTERS.add(self)

    def report(self):
        """
        Adds this process's counts to the statistics. Counts for a server that is away are kept.
        Waits at most a second for each server that hangs. Raises RedisError.
        """
        problem = None
        for shard, report in self.reports():
            try:
                self.shards.circuit_breaker.call(
                    shard, functools.partial(self._send, shard, report))
            except RedisError as error:
                problem = error
            self.counters.put_back(report.left)
        if problem:
            raise problem

    def try_to_report(self):
        """The same; counts that can't be reported are kept, and nothing is raised."""
        try:
            self.report()
        except RedisError:
            pass

    def report_when_due(self):
        """For a process without a heartbeat: as often as a heartbeat would."""
        if self.counters.is_due() and not isInIOThread():
            self.try_to_report()

    def report_last(self):
        """For a process that ends: skips the remaining servers once one doesn't answer."""
        for shard, report in self.reports():
            if self.shards.outages[shard].since is None:
                try:
                    self._send(shard, report)
                except RedisError:
                    return

    def reports(self):
        """
        [(server, Report)] of everything this process has counted; the counts are cleared here.
        """
        counts = {**self.counters.take(), **self.counters.take_metrics()}
        return [(shard, Report(self.layer, each))
                for shard, each in self._by_shard(counts).items()]

    def _send(self, shard, report):
        report.send(own_connection(self.shards.connection(shard)))

    def _by_shard(self, counts):
        """{server with the counters of some channels: {(channel, name): amount}}"""
        found = {}
        for (channel, name), amount in counts.items():
            shard = self.shards.home(channel) if "!" in channel or "?" in channel else 0
            found.setdefault(shard, {})[channel, name] = amount
        return found


@atexit.register
def report_at_exit():
    """For processes without a heartbeat, such as a management command."""
    for reporter in list(REPORTERS):
        reporter.report_last()


def forget_in_child():
    """The parent's counts are reported by the parent."""
    for reporter in list(REPORTERS):
        reporter.counters.clear()


os.register_at_fork(after_in_child=forget_in_child)
