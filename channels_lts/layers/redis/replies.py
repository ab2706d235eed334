"""
Handles replies that a worker has sent without waiting for each answer.
"""
import threading
import time
from collections import deque

from redis.exceptions import RedisError

from channels_lts.redis.errors import is_out_of_memory

from ..drop_log import FULL
from . import envelope as envelopes
from . import scripts
from .outage import SILENT

REFUSAL = {"close": 1013}  # try again later (RFC 6455's registry); a handshake is answered with 503


def is_refusal(envelope):
    return envelope.message.get("close") == REFUSAL["close"]


class Poster:
    """Sends an envelope and waits for Redis's answer to it."""

    def __init__(self, layer, shards, counters):
        """`layer`: the asgi_redis layer, for the arguments of its scripts."""
        self.layer = layer
        self.shards = shards
        self.counters = counters

    def post(self, envelope):
        """Whether one of the servers that may accept an envelope has. Raises RedisError."""
        return self.shards.call_first(
            self.shards.taking(envelope.list), lambda shard: self._post_on(shard, envelope))

    def refusal_of(self, envelope):
        """
        What is sent in place of an Envelope that Redis has refused, if a socket waits for it and
        for what comes with it; otherwise None.
        """
        if envelope.acceptance is not None:
            return envelopes.write(self.layer, envelope.channel, REFUSAL)

    def _post_on(self, shard, envelope):
        script, keys, arguments = envelopes.call(self.layer, envelope)
        answer = script.run(self.shards.connection(shard), keys, arguments)
        if answer == scripts.TAKEN:
            self.counters.sent(envelope.list)
        return answer != scripts.FULL


class Held(threading.local):
    """
    A thread's replies whose servers aren't available: for each server, oldest first, each with
    the time until which it may wait.
    """
    most = 1000
    most_bytes = 16 * 2 ** 20

    def __init__(self):
        self.by_shard = {}
        self.bytes = 0

    def add(self, shard, envelope, until):
        """Whether there is room for it; the first one is kept whatever its size."""
        count = sum(map(len, self.by_shard.values()))
        if count >= self.most or count and self.bytes + len(envelope.payload) > self.most_bytes:
            return False
        self.by_shard.setdefault(shard, deque()).append((envelope, until))
        self.bytes += len(envelope.payload)
        return True

    def take(self, shard):
        """Removes and returns the oldest one."""
        envelope, _until = self.by_shard[shard].popleft()
        self.bytes -= len(envelope.payload)
        if not self.by_shard[shard]:
            del self.by_shard[shard]
        return envelope


class Replies:
    """
    Handles Redis's answers to replies. A reply that found its channel full is retried for a while,
    as in channels; one whose server is away is kept until the server is back, or the reply has
    expired. Failures are counted and logged.
    """
    retry_seconds = 0.5  # seconds that a worker waits for a daphne whose list is full

    def __init__(self, poster, counters, drop_log, expiry):
        """`expiry`: seconds for which a reply may wait for its server."""
        self.poster = poster
        self.counters = counters
        self.drop_log = drop_log
        self.expiry = expiry
        self.held = Held()
        self._stuck = set()  # lists that stayed full, until one of their messages is taken

    def answered(self, outcomes):
        """`outcomes`: [(envelope, answer), …]; an answer may be a RedisError."""
        for envelope, answer in outcomes:
            if answer == scripts.TAKEN:
                self.counters.sent(envelope.list)
            if answer in scripts.DONE:
                self._stuck.discard(envelope.list)
            else:
                self.post(envelope)

    def post(self, envelope):
        """
        Sends one in blocking mode, after this thread's other ones waiting for the same server.
        """
        shard, = self.poster.shards.taking(envelope.list)
        if self.held.add(shard, envelope, time.monotonic() + self.expiry):
            self._go_on(shard)
        else:
            self.drop_log.note(envelope.list, reason="too many wait for Redis")

    def is_holding(self, shard=None):
        """Whether replies of this thread wait for this server, or for any."""
        return bool(self.held.by_shard) if shard is None else shard in self.held.by_shard

    def go_on(self):
        """Sends what has waited for a server that is back. Call it repeatedly."""
        for shard in list(self.held.by_shard):
            self._go_on(shard)

    def give_up(self):
        """Call it when the thread ends: what still waits is counted and logged."""
        for shard in list(self.held.by_shard):
            while self.is_holding(shard):
                self.drop_log.note(self.held.take(shard).list, reason="Redis is away")

    def _go_on(self, shard):
        while self.is_holding(shard):
            envelope, until = self.held.by_shard[shard][0]
            refusal = None
            try:
                problem = None if self._post_for_a_while(envelope) else FULL
            except SILENT as error:  # it may have arrived, and then comes twice
                if time.monotonic() < until:
                    return
                problem = str(error)
            except RedisError as error:
                if is_out_of_memory(str(error)) and is_refusal(envelope) \
                        and time.monotonic() < until:
                    return  # without it, daphne would take the socket's next frame for acceptance
                problem = str(error)
                refusal = self.poster.refusal_of(envelope)
            self.held.take(shard)
            if problem:
                self.drop_log.note(envelope.list, reason=problem)
            if refusal:
                self.post(refusal)

    def _post_for_a_while(self, envelope):
        deadline = time.monotonic() + self.retry_seconds
        while not self.poster.post(envelope):
            # A daphne that is dead or stuck mustn't hold the worker up again and again.
            if time.monotonic() > deadline or envelope.list in self._stuck:
                self._stuck.add(envelope.list)
                return False
            time.sleep(self.retry_seconds / 10)
        return True
