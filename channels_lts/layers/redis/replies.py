"""
What becomes of the replies that a worker has sent without waiting for an answer to each.
"""
import time

from redis.exceptions import RedisError, TimeoutError

from . import envelope as envelopes
from . import scripts


class Poster:
    """Sends an envelope and waits for Redis's answer to it."""

    def __init__(self, layer, shards, counters):
        """`layer`: the asgi_redis layer, for what all its scripts are told."""
        self.layer = layer
        self.shards = shards
        self.counters = counters

    def post(self, envelope):
        """Whether one of the servers that may take an envelope has. Raises RedisError."""
        return self.shards.call_first(
            self.shards.taking(envelope.list), lambda shard: self._post_on(shard, envelope))

    def _post_on(self, shard, envelope):
        answer = scripts.send.run(
            self.shards.connection(shard), [], envelopes.arguments(self.layer, envelope))
        if answer == scripts.TAKEN:
            self.counters.sent(envelope.list)
        return answer != scripts.FULL


class Replies:
    """
    Deals with Redis's answers to replies. One that found its channel full is tried for a while, as
    channels does; what fails is counted and logged.
    """
    retry_seconds = 0.5  # seconds that a worker gives a daphne whose list is full

    def __init__(self, poster, counters, drop_log):
        self.poster = poster
        self.counters = counters
        self.drop_log = drop_log
        self._stuck = set()  # lists that stayed full, until one of their messages is taken

    def answered(self, outcomes):
        """`outcomes`: [(envelope, answer), …]; an answer may be a RedisError."""
        for envelope, answer in outcomes:
            if answer == scripts.TAKEN:
                self.counters.sent(envelope.list)
            if answer in scripts.DONE:
                self._stuck.discard(envelope.list)
            elif isinstance(answer, TimeoutError):  # it may have arrived
                self.drop_log.note(envelope.list, reason=str(answer))
            else:
                self.post(envelope)

    def post(self, envelope):
        """Sends one the blocking way, and gives it up if it isn't taken in time."""
        try:
            is_taken = self._post_for_a_while(envelope)
        except RedisError as error:
            self.drop_log.note(envelope.list, reason=str(error))
        else:
            if not is_taken:
                self.drop_log.note(envelope.list)

    def _post_for_a_while(self, envelope):
        deadline = time.monotonic() + self.retry_seconds
        while not self.poster.post(envelope):
            # A daphne that is dead or stuck mustn't hold the worker up again and again.
            if time.monotonic() > deadline or envelope.list in self._stuck:
                self._stuck.add(envelope.list)
                return False
            time.sleep(self.retry_seconds / 10)
        return True
