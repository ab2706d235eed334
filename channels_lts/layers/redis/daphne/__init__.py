"""
The layer on daphne's side, where nothing may block: Twisted's reactor runs it.

The reactor is imported when daphne asks for its first message; by then daphne has installed one.
"""
import functools

from redis.exceptions import RedisError
from twisted.internet import defer, task
from twisted.python.threadable import isInIOThread

from channels_lts.security.daphne.clock import Clock

from .. import keys
from .admission import Refusals
from .arrivals import Arrivals
from .client import Link
from .counter_flush import Accounts
from .delivery import Delivery
from .endpoint import Address
from .heartbeat import Watch
from .inbox import Inbox
from .lease import Attendance
from .receiver import Receiver
from .resp import Away
from .sender import Outbox
from .server import RESTARTED, Server, close


class Interface:
    """One interface server in this process: it owns the connections and puts the parts together."""
    slice = 100  # sockets closed in one turn of the reactor
    stop_seconds = 1  # for what is under way, and for the ends of the connections

    def __init__(self, layer, process):
        """`process`: its process channel, such as "daphne.response.abc!"."""
        from twisted.internet import reactor
        self.reactor = reactor
        self.clock = Clock(reactor)
        self.layer = layer
        self.process = process
        self.is_stopping = False
        self.server = Server(reactor, self.clock, process)
        self.inbox = Inbox(self.clock)
        self.delivery = Delivery(self.clock, layer, process, self.server, self.inbox)
        self.receiver = Receiver(self.clock, layer, process, self.delivery)
        self.links = [self._link(shard, functools.partial(self._is_up, shard))
                      for shard in range(layer.ring_size)]
        home = layer.consistent_hash(process)
        self.receiver.link = self._link(home, self.receiver.begin)
        self.refusals = Refusals(self.clock, layer, self.server, self.inbox)
        self.outbox = Outbox(self.clock, layer, self.links, self.refusals,
                             self.server.window_of)
        self.arrivals = Arrivals(self.clock, layer, self.links, self.outbox, self.refusals,
                                 self.server)
        self.watch = Watch(self.clock, layer, process, self.links, self.server, self._close_all)
        self.accounts = Accounts(layer, self.links)
        self.attendance = Attendance(layer, process, self.links[0], self.server)
        self.heart = task.LoopingCall(self._beat)
        self.heart.clock = self.clock

    def _link(self, shard, on_up):
        return Link(self.reactor, self.clock, Address(self.layer.connection(shard)),
                    self.layer.outages[shard], ("DEL", keys.probe(self.layer.prefix)), on_up)

    def start(self):
        for link in self.links:
            link.start()
        self.receiver.link.start()
        self.server.guard(self.layer, self.refusals.is_one_too_many)
        self.heart.start(self.watch.beat_seconds, now=False)
        self.reactor.addSystemEventTrigger("before", "shutdown", self.stop)
        self.reactor.addSystemEventTrigger(
            "after", "shutdown", self.layer.drop_log.tell, is_last=True)

    def is_here(self):
        """Whether to send from here: in the reactor, which mustn't block before its last minute."""
        return isInIOThread() and not self.is_stopping

    def send(self, letter):
        self.arrivals.send(letter)

    def receive(self):
        """A Deferred of the next (channel, message) for daphne."""
        return self.inbox.get(self.layer.blpop_timeout)

    @defer.inlineCallbacks
    def stop(self):
        """
        Ends the connections, once what is under way has arrived. daphne closes its sockets after
        this, and their disconnects must arrive too: from here on, `send` blocks.
        """
        self.is_stopping = True
        self.server.read_on()
        self.receiver.link.stop()
        if self.heart.running:
            self.heart.stop()
        self.accounts.report()
        self.watch.leave()
        yield self._until(lambda: not (
            self.arrivals.withdrawing or self.outbox.is_busy() or self.watch.leaving))
        for shard, link in enumerate(self.links):
            is_silent = link.is_silent()
            link.stop()
            if is_silent:
                # What blocks must not ask it again, socket by socket.
                self.layer.circuit_breaker.lost(shard, Away("no answer while stopping"),
                                                self.layer.outages[shard].clock())
                link.drop()  # so that what it owes an answer to is given back
        yield self._until(lambda: not any(link.protocol for link in self.links))
        self.outbox.hand_over()
        try:
            self.layer.report_statistics()
        except RedisError:  # the log tells of them
            pass

    @defer.inlineCallbacks
    def _until(self, condition):
        deadline = self.clock.seconds() + self.stop_seconds
        while not condition() and self.clock.seconds() < deadline:
            yield task.deferLater(self.reactor, 0.01)

    def _is_up(self, shard):
        self.outbox.is_starting = False
        self.watch.link_is_up(shard)
        if shard == 0:
            self.attendance.publish()
        self.outbox.flush()

    def _beat(self):
        self.receiver.link.check()
        self.watch.beat()
        self.attendance.beat()
        self.accounts.report()
        self.layer.drop_log.tell()

    def _close_all(self, sockets):
        for protocol in sockets[:self.slice]:
            close(protocol, RESTARTED)
        if sockets[self.slice:]:
            self.clock.callLater(0, self._close_all, sockets[self.slice:])
