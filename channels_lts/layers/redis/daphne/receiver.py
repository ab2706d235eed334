"""
Waits for Redis on one connection, which blocks until there is something, and takes all of it.
"""
import logging

from redis.exceptions import ConnectionError, ResponseError

from .. import bundle, envelope, scripts

logger = logging.getLogger(__name__)


class Receiver:
    """
    Feeds a Delivery from the list of the process.

    It waits with BLPOP, which returns one entry. Only if that entry was already there when it was
    asked for may there be more, and they are all taken at once: as long as entries come one by one,
    each costs one command. Whether it was already there is judged by the response time, compared
    with that of the last drain, which Redis answers at once.
    """
    wait_seconds = 10  # for one BLPOP; TCP keepalive and the heartbeat watch the connection
    most = 200  # entries taken in one go
    soon = 0.001  # seconds: an entry that comes as fast as this was waiting
    round_trips = 2  # or as fast as this many of the last drain's
    most_single = 20  # entries taken singly in a row: Redis may have become slower to reach
    error_seconds = 1
    clock_seconds = 30  # between two readings of the server's clock, which each drain returns

    def __init__(self, clock, layer, process, delivery, connect):
        """`connect(on_up)`: creates the RedisClient of this connection."""
        self.clock = clock
        self.layer = layer
        self.list = layer.prefix + process
        self.delivery = delivery
        self.client = connect(self.begin)
        self.is_held = False
        self.ready_at = 0  # when the last entry had been delivered and the next was asked for
        self.drained_at = self.round_trip = 0
        self.singles = 0
        self.ahead = 0  # seconds that the server's clock is ahead of ours
        self.retry = None
        self.told = {}  # the last error of each kind, until there is an answer again

    def start(self):
        """Connects; everything else happens by itself."""
        self.client.start()

    def stop(self):
        """Ends the connection."""
        self.client.stop()

    def check(self):
        """Call it at every heartbeat; see RedisClient.check."""
        self.client.check()

    def begin(self):
        """Call it when the client is up."""
        self.is_held = False
        if self.retry is not None and self.retry.active():
            self.retry.cancel()  # two waits on one connection would block each other
        self._drain_and_wait()

    def _drain_and_wait(self):
        self.singles = 0
        asked_at = self.clock.seconds()
        self.client.script(scripts.drain, (self.list,), envelope.head(self.layer) + (self.most,),
                           lambda answer: self._drained(answer, asked_at))
        self._wait()

    def _wait(self):
        self.ready_at = self.clock.seconds()
        self.client.command(("BLPOP", self.list, self.wait_seconds), self._popped,
                            self.wait_seconds + self.client.answer_seconds)

    def _drained(self, answer, asked_at):
        if isinstance(answer, ResponseError):
            self._tell("read from", answer)
        elif not isinstance(answer, ConnectionError):
            self.told.pop("read from", None)
            self.drained_at = self.clock.seconds()
            self.round_trip = self.drained_at - asked_at
            self.ahead = float(answer[0]) - self.drained_at
            self._deliver(answer[1])

    def _popped(self, answer):
        if not isinstance(answer, (ResponseError, ConnectionError)):
            self.told.pop("wait for", None)
        if answer is None:
            self._wait()
        elif isinstance(answer, ResponseError):
            self._tell("wait for", answer)
            self.retry = self.clock.callLater(self.error_seconds, self._drain_and_wait)
        elif not isinstance(answer, ConnectionError):
            self._take(answer[1])

    def _tell(self, verb, error):
        """
        Logs once, though it is retried every second: a missing permission can stay missing for
        long.
        """
        if self.told.get(verb) != str(error):
            self.told[verb] = str(error)
            logger.error("Can't %s Redis: %s", verb, error)

    def _take(self, entry):
        if not bundle.is_entry(entry):  # from a sender with the stock layer
            self.client.command(("GET", entry), self._fetched)
            self.client.command(("DEL", entry), lambda answer: None)
            entry = None
        # Redis prepares the next answer while this one is delivered.
        self._ask()
        if entry is not None and not self._is_stale(entry):
            self._deliver([entry])

    def _deliver(self, entries):
        self.delivery.take(entries)
        self.ready_at = self.clock.seconds()

    def _ask(self):
        if self.delivery.is_busy():
            self.is_held = True
            self.delivery.when_idle().addCallback(self._go_on)
        elif self._may_be_more():
            self._drain_and_wait()
        else:
            self.singles += 1
            self._wait()

    def _may_be_more(self):
        now = self.clock.seconds()
        return (now - self.ready_at < max(self.soon, self.round_trips * self.round_trip)
                or self.singles >= self.most_single
                or now - self.drained_at > self.clock_seconds)

    def _is_stale(self, entry):
        try:
            return bundle.expires(entry) < self.clock.seconds() + self.ahead
        except bundle.UnknownFormat:
            return False  # the delivery logs it

    def _fetched(self, answer):
        if isinstance(answer, bytes):
            self.delivery.take([bundle.plain(answer)])

    def _go_on(self, _):
        if self.is_held:
            self.is_held = False
            self._drain_and_wait()
