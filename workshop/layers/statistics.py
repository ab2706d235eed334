"""
What the layer knows about itself: asgi_redis's statistics, and the pictures for layer_stats.
"""
from . import bundle


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
        expires = bundle.unpack(entry).expires
        seconds, microseconds = connection.time()
        return max(0, seconds + microseconds / 1e6 - (expires - self.expiry))
