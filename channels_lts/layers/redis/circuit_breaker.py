"""
Servers that are away: one thread probes each of them, and nobody else is held up.
"""
import threading
import time
import weakref

from redis.exceptions import ConnectionError, ResponseError

from channels_lts.redis.backoff import backoff
from channels_lts.redis.errors import Unavailable

from .outage import SILENT
from .timeouts import own_connection


def search_for(reference, shard):
    """Probes until the server answers or the layer is gone: `reference` doesn't keep it alive."""
    attempt = 0
    while True:
        circuit_breaker = reference()
        if circuit_breaker is None or circuit_breaker.probe(shard):
            return
        del circuit_breaker
        time.sleep(backoff(attempt))
        attempt += 1


class CircuitBreaker:
    """
    Whoever finds a server silent reports it to `lost`. From then on the others leave it alone,
    until it answers the thread that keeps probing it. A hung server costs everybody who asks it
    seconds; so only one does.
    """

    def __init__(self, connection, outages, question):
        """
        `connection(shard)`: the redis.Redis of a server. `outages`: one for each of them.
        `question`: a command that only a server accepting writes answers.
        """
        self.connection = connection
        self.outages = outages
        self.question = question
        self._searches = {}  # shard: thread

    def lost(self, shard, error, asked_at):
        """
        Call it with the error that showed the server to be away, and when it was asked, by the
        outage's clock: if it has answered somebody since, it is already back.
        """
        self.outages[shard].begin(error, asked_at)
        # If the network dropped one idle connection, it has dropped the others too.
        self.connection(shard).connection_pool.renew()
        self._look_for(shard)

    def is_away(self, shard):
        if self.outages[shard].since is None:
            return False
        self._look_for(shard)  # a child forked meanwhile has no thread yet
        return True

    def call(self, shard, ask):
        """
        The result of `ask()`, which queries this server. Raises Unavailable at once while it is
        away, and what `ask` raises.
        """
        outage = self.outages[shard]
        if self.is_away(shard):
            raise Unavailable("Redis at %s %s" % (outage.name, outage.refusal or "is away"))
        asked_at = outage.clock()
        try:
            return ask()
        except SILENT as error:
            self.lost(shard, error, asked_at)
            raise

    def call_until(self, shard, ask, seconds):
        """
        The same, retried until the server has been away for `seconds`.

        A command whose answer was lost may run twice; nothing is retried after redis-py's
        TimeoutError.
        """
        deadline = time.monotonic() + seconds
        attempt = 0
        while True:
            try:
                return self.call(shard, ask)
            except ConnectionError:
                rest = backoff(attempt)
                if (time.monotonic() + rest > deadline
                        or self.outages[shard].seconds() + rest > seconds):
                    raise
                time.sleep(rest)
                attempt += 1

    def _look_for(self, shard):
        # Two threads for one server, after two calls at the same time, do no harm.
        search = self._searches.get(shard)
        if search is None or not search.is_alive():
            search = threading.Thread(
                target=search_for, args=(weakref.ref(self), shard), daemon=True)
            self._searches[shard] = search
            search.start()

    def probe(self, shard):
        """Probes a server that is away, once. Returns whether it answered."""
        if self.outages[shard].since is not None and self._answers(shard):
            self.outages[shard].end()
        return self.outages[shard].since is None

    def _answers(self, shard):
        connection = own_connection(self.connection(shard))
        asked_at = self.outages[shard].clock()
        try:
            connection.send_command(*self.question)
            connection.read_response()
        except SILENT as error:
            self.outages[shard].begin(error, asked_at)  # it may have come back with a new password
            return False
        except ResponseError:  # it is there, and its caller will see what is wrong
            return True
        finally:
            connection.disconnect()
        return True
