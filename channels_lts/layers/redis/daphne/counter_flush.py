"""
Sends daphne's counts to the statistics in Redis.
"""
from redis.exceptions import ResponseError

from channels_lts.redis.errors import is_unavailable

from ...metrics import COMMANDS
from .. import scripts


class CounterFlush:
    """
    Has at most one report under way to each server. So a server that hangs or disconnects can lose
    only that one; later counts are kept.
    """

    command_beats = 10  # between two counts of commands: they would cause a report with each beat

    def __init__(self, layer, clients, others=()):
        """`clients`: a RedisClient for each shard; `others`: clients whose commands count too."""
        self.layer = layer
        self.clients = clients
        self.counted = [*clients, *others]
        self.beat_count = 0
        self.under_way = set()  # shards

    def report(self):
        """Call it at every heartbeat."""
        self.beat_count += 1
        if self.beat_count % self.command_beats == 0:
            self.layer.metrics.count(
                COMMANDS, amount=sum(each.take_count() for each in self.counted))
        for shard, report in self.layer.reports():
            if self.clients[shard].is_up and shard not in self.under_way:
                self._send(shard, report)
            else:
                self.layer.counters.put_back(report.left)

    def _send(self, shard, report):
        def arrived(answer):
            self.under_way.discard(shard)
            if isinstance(answer, list):
                report.answered(answer)
            elif isinstance(answer, ResponseError) or is_unavailable(str(answer)):
                report.refused()
            self.layer.counters.put_back(report.left)
        self.under_way.add(shard)
        report.is_sent()
        self.clients[shard].script(scripts.report, (), report.arguments(), arrived)
