"""
The heartbeat of daphne's side, which finds out when Redis has lost the groups.
"""
import logging

from .. import keys, letters, roster, scripts
from . import server
from .resp import RedisError

logger = logging.getLogger(__name__)


class Watch:
    """
    Keeps this process's mark on every shard, by the shard's own clock. Groups live as long as the
    mark beside them: when it is gone, or has gone back in time, they have too; when it was too old
    for somebody, sockets may have been taken out of them. Then `on_lost` is called.
    """
    beat_seconds = 3
    report_seconds = 9
    # A mark may be older than the last one Redis confirmed, by what an append-only file or a
    # replica may lose. More means that an old snapshot was loaded.
    backward_seconds = 10

    def __init__(self, reactor, layer, process, links, daphne, on_lost):
        self.reactor = reactor
        self.layer = layer
        self.process = process
        self.links = links
        self.daphne = daphne
        self.on_lost = on_lost
        self.confirmed = {}  # shard: the last mark that Redis has told of
        self.reported_at = None  # by the clock of `reactor`, which nobody sets
        self.leaving = 0  # shards that haven't heard yet

    def link_is_up(self, shard):
        """To be called after each connecting, before anything else is sent, and with each beat."""
        if shard not in self.confirmed:
            self._register(shard)
        else:
            self.links[shard].script(
                scripts.beat, self._keys(), letters.head(self.layer) + (self.process,),
                lambda answer: self._beaten(shard, answer))

    def beat(self):
        """To be called every `beat_seconds`."""
        for shard, link in enumerate(self.links):
            link.check()
            if link.is_up:
                self.link_is_up(shard)
        seconds = self.reactor.seconds()
        if self.reported_at is None or seconds - self.reported_at >= self.report_seconds:
            self.reported_at = seconds
            self._report()

    def leave(self):
        """Says that this process ends: nobody is to write to it any more."""
        self.leaving = len(self.links)
        for link in self.links:
            link.command(("HSET", keys.interfaces(self.layer.prefix), self.process, "gone"),
                         self._left)

    def _left(self, answer):
        self.leaving -= 1

    def _report(self):
        link = self.links[self.layer.consistent_hash(self.process)]
        details = {"sockets": len(self.daphne.sockets())}
        for command in roster.commands(self.layer.prefix, "interface", self.process, details):
            link.command(command, lambda answer: None)

    def _keys(self):
        return keys.interfaces(self.layer.prefix), keys.beats(self.layer.prefix)

    def _register(self, shard):
        arguments = letters.head(self.layer) + (
            self.process, self.layer.get_capacity(self.process), self.layer.group_expiry)
        self.links[shard].script(scripts.register, self._keys(), arguments,
                                 lambda answer: self._registered(shard, answer))

    def _registered(self, shard, answer):
        if isinstance(answer, RedisError):  # out of memory, say: tried again with each beat
            self.layer.drops.note("bundles of this process", reason=str(answer))
        elif isinstance(answer, list):
            self.confirmed[shard], entries = float(answer[0]), answer[1]
            formats = {int(each.split()[0]) for each in entries if each != b"gone"}
            if max(formats) > self.layer.bundle_format:
                logger.warning("Another daphne reads bundle format %d, this one knows %d: its "
                               "groups are served without bundles from here",
                               max(formats), self.layer.bundle_format)

    def _beaten(self, shard, answer):
        if shard not in self.confirmed:
            return
        if isinstance(answer, list):
            before, mark = map(float, answer)
            if before >= self.confirmed[shard] - self.backward_seconds:
                self.confirmed[shard] = mark
                return
        if answer is None or isinstance(answer, list):
            self._lost(shard)

    def _lost(self, shard):
        sockets = self.daphne.sockets()
        logger.warning("Redis at %s has lost the groups: closing %d sockets with code %d, "
                       "browsers come back", self.layer.outages[shard].name, len(sockets),
                       server.RESTARTED)
        del self.confirmed[shard]
        self._register(shard)
        self.on_lost(sockets)
