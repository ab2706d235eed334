"""
The heartbeat inside daphne, which notices when Redis has lost the groups.
"""
import logging

from redis.exceptions import ConnectionError, ResponseError

from channels_lts.security.daphne.closing import RESTARTED

from ...drop_log import DropLog
from .. import envelope, keys, liveness, scripts

logger = logging.getLogger(__name__)


class Heartbeat:
    """
    Keeps this process's mark on every shard, by the shard's own clock. Groups live as long as the
    mark beside them: if it is gone, or has gone back in time, so have they; if it was found too
    old, sockets may have been taken out of them. Then all sockets are closed.
    """
    beat_seconds = 3
    report_seconds = 9
    clock_beats = 20  # between two readings of a shard's clock
    # A mark may be older than the last one Redis confirmed, by as much as an append-only file or a
    # replica may lose. If it is older still, an old snapshot was loaded.
    backward_seconds = 10

    def __init__(self, reactor, layer, process, clients, daphne, on_lost=lambda: None):
        """`on_lost()` is called when messages may have been lost, with or without groups."""
        self.on_lost = on_lost
        self.reactor = reactor
        self.layer = layer
        self.process = process
        self.clients = clients
        self.daphne = daphne
        self.confirmed = {}  # shard: the last mark that Redis has confirmed
        self.ahead = {}  # shard: how far its clock is ahead of the reactor's, in seconds
        self.beat_count = 0
        self.failures = DropLog()
        self.reported_at = None  # by the clock of `reactor`, which can't be set
        self.leaving = None  # while this process ends: the shards still to be told

    def connected(self, shard):
        """Call it after each connection is made, before anything else is sent."""
        if self.leaving is not None:
            self._leave(shard)
        elif shard not in self.confirmed:
            self._register(shard)
        else:
            self.clients[shard].script(
                scripts.beat, self._keys(), envelope.head(self.layer) + (self.process,),
                lambda answer: self._compare(shard, answer))

    def beat(self):
        """Call it every `beat_seconds`."""
        self.beat_count += 1
        for shard, client in enumerate(self.clients):
            client.check()
            if client.is_up and shard not in self.confirmed:
                self._register(shard)
            elif client.is_up:
                self._renew(shard, client)
        seconds = self.reactor.seconds()
        if self.reported_at is None or seconds - self.reported_at >= self.report_seconds:
            self.reported_at = seconds
            self.report()

    def _renew(self, shard, client):
        # One command and not a script, which would be five: daphnes are idle most of the time. What
        # `_compare` checks only changes while there is no connection.
        mark = self.reactor.seconds() + self.ahead[shard]
        client.command(
            ("ZADD", keys.beats(self.layer.prefix), "XX", "CH", repr(mark), self.process),
            lambda answer: self._renewed(shard, mark, answer))
        if self.beat_count % self.clock_beats == 0:
            client.command(("TIME",), lambda answer: self._told_time(shard, answer))

    def _renewed(self, shard, mark, answer):
        if answer == 1:
            self.confirmed[shard] = mark
        elif answer == 0 and shard in self.confirmed and self.confirmed[shard] < mark:
            self._lost(shard)

    def _told_time(self, shard, answer):
        if isinstance(answer, list):
            seconds, microseconds = map(int, answer)
            self.ahead[shard] = seconds + microseconds / 1e6 - self.reactor.seconds()

    def _confirm(self, shard, mark):
        """`mark`: the shard's time, just now."""
        self.confirmed[shard] = mark
        self.ahead[shard] = mark - self.reactor.seconds()

    def leave(self):
        """
        Announces that this process ends: nobody should write to it any more. A shard that is away
        is told when it is connected again.
        """
        self.leaving = set(range(len(self.clients)))
        for shard, client in enumerate(self.clients):
            if client.is_up:
                self._leave(shard)

    def _leave(self, shard):
        self.clients[shard].command(
            ("HSET", keys.interfaces(self.layer.prefix), self.process, "gone"),
            lambda answer: self._has_left(shard, answer))

    def _has_left(self, shard, answer):
        if not isinstance(answer, ConnectionError):
            self.leaving.discard(shard)

    def is_leaving(self):
        """Whether a shard has yet to be told of the end."""
        return bool(self.leaving)

    def report(self):
        """Call it besides the beats when daphne begins to shut down."""
        client = self.clients[self.layer.consistent_hash(self.process)]
        details = {"sockets": len(self.daphne.sockets()), "drains": True,
                   "is_draining": self.daphne.is_draining}
        for command in liveness.commands(self.layer.prefix, "interface", self.process, details):
            client.command(command, lambda answer: None)

    def _keys(self):
        return keys.interfaces(self.layer.prefix), keys.beats(self.layer.prefix)

    def _register(self, shard):
        arguments = envelope.head(self.layer) + (
            self.process, self.layer.get_capacity(self.process), self.layer.group_expiry)
        self.clients[shard].script(scripts.register, self._keys(), arguments,
                                   lambda answer: self._registered(shard, answer))

    def _registered(self, shard, answer):
        if isinstance(answer, ResponseError):  # out of memory, for example: retried with each beat
            self.failures.note("bundles of this process", reason=str(answer))
        elif isinstance(answer, list):
            self._confirm(shard, float(answer[0]))
            entries = answer[1]
            formats = {int(each.split()[0]) for each in entries if each != b"gone"}
            if max(formats) > self.layer.bundle_format:
                logger.warning("Another daphne reads bundle format %d, this one knows %d: its "
                               "groups are served without bundles from here",
                               max(formats), self.layer.bundle_format)

    def _compare(self, shard, answer):
        if shard not in self.confirmed:
            return
        if isinstance(answer, list):
            before, mark = map(float, answer)
            if before >= self.confirmed[shard] - self.backward_seconds:
                self._went_back(before, self.confirmed[shard], mark)
                self._confirm(shard, mark)
                return
        if answer is None or isinstance(answer, list):
            self._lost(shard)

    def _went_back(self, before, confirmed, mark):
        """
        What came after the mark `before` is gone, including groups that sockets had joined by then.
        """
        if before < confirmed:
            self.daphne.restart([each for each in self.daphne.sockets()
                                 if each.duration() < mark - before + 1])
            self.on_lost()

    def _lost(self, shard):
        sockets = self.daphne.sockets()
        logger.warning("Redis at %s has lost the groups: closing %d sockets with code %d, "
                       "browsers reconnect", self.layer.outages[shard].name, len(sockets),
                       RESTARTED)
        del self.confirmed[shard]
        self._register(shard)
        self.daphne.restart(sockets)
        self.on_lost()
