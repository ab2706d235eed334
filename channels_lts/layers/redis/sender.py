"""
Sending to channels from code that may wait for Redis: workers, views, commands.
"""
from . import envelope as envelopes


class Sender:
    """Sends one envelope at a time, each after what this thread has sent before."""

    def __init__(self, poster, exchange, drop_log, reporter):
        self.poster = poster
        self.exchange = exchange
        self.drop_log = drop_log
        self.reporter = reporter

    def send(self, envelope):
        """Whether its channel has accepted it. Raises RedisError."""
        self.exchange.settle()
        if not self.poster.post(envelope):
            self.drop_log.note(envelope.list)
            return False
        self.reporter.report_when_due()
        return True


class ReplySender:
    """Sends from a worker to one process; the outcome is known at the worker's next call."""

    def __init__(self, layer, shards, pipelines, exchange, replies):
        """`layer`: the asgi_redis layer, for the arguments of its scripts."""
        self.layer = layer
        self.shards = shards
        self.pipelines = pipelines
        self.exchange = exchange
        self.replies = replies

    def begin(self):
        """Makes this thread a worker's: it will call `receive` or `settle` again."""
        self.pipelines.is_worker = True

    def is_for(self, envelope):
        """Whether an envelope is a reply of this thread that may be sent this way."""
        return self.pipelines.is_worker and "!" in envelope.channel

    def send(self, envelope):
        shard, = self.shards.taking(envelope.list)
        pipeline = self.pipelines.on(shard)
        if not pipeline.may_send(envelope):
            self.exchange.settle()
            pipeline = self.pipelines.on(shard)
        if self.shards.circuit_breaker.is_away(shard) or self.replies.is_holding(shard):
            self.replies.post(envelope)
        else:
            script, keys, arguments = envelopes.call(self.layer, envelope)
            pipeline.send(script.by_sha(keys, arguments), envelope)
