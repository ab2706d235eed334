"""
Counts on their way from a process to Redis.
"""
from redis.exceptions import RedisError, ResponseError

from . import envelope, scripts
from .outage import is_useless


class Report:
    """What goes to one server. `left` is what has to be reported again: at first, all of it."""

    def __init__(self, layer, counts):
        """`counts`: {(channel, name): amount}"""
        self.layer = layer
        self.counts = self.left = counts

    def arguments(self):
        """What lua/report.lua takes."""
        layer = self.layer
        head = envelope.head(layer) + (
            layer.stats_prefix, layer.global_stats_key, layer.channel_statistics_expiry,
            layer.global_statistics_expiry)
        return head + tuple(part for (channel, name), amount in self.counts.items()
                            for part in (channel, name, amount))

    def is_sent(self):
        """To be called when it goes out: it may arrive. Rather too few are counted than twice."""
        self.left = {}

    def answered(self, failed):
        """`failed`: what the script has answered."""
        rows = list(self.counts.items())
        self.left = dict(rows[number - 1] for number in failed)

    def refused(self):
        """To be called when the script didn't run."""
        self.left = self.counts

    def send(self, connection):
        """Over a redis-py connection of its own. Raises RedisError."""
        try:
            connection.connect()
            self.is_sent()
            connection.send_command(*scripts.report.in_full((), self.arguments()))
            self.answered(connection.read_response())
        except RedisError as error:
            if isinstance(error, ResponseError) or is_useless(str(error)):
                self.refused()
            raise
        finally:
            connection.disconnect()
