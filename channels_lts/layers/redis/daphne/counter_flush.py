"""
What daphne has counted, for the statistics in Redis.
"""
from channels_lts.redis.errors import is_unavailable

from .. import scripts
from .resp import RedisError


class Accounts:
    """
    Has one report on its way to each server. So one that hangs or breaks off can take a single
    one with it; what is counted meanwhile is kept.
    """

    def __init__(self, layer, links):
        self.layer = layer
        self.links = links
        self.under_way = set()  # servers

    def report(self):
        """To be called at every beat of the interface's heart."""
        for shard, report in self.layer.reports():
            if self.links[shard].is_up and shard not in self.under_way:
                self._send(shard, report)
            else:
                self.layer.counters.put_back(report.left)

    def _send(self, shard, report):
        def arrived(answer):
            self.under_way.discard(shard)
            if isinstance(answer, list):
                report.answered(answer)
            elif isinstance(answer, RedisError) or is_unavailable(str(answer)):
                report.refused()
            self.layer.counters.put_back(report.left)
        self.under_way.add(shard)
        report.is_sent()
        self.links[shard].script(scripts.report, (), report.arguments(), arrived)
