"""
The layer inside daphne, where nothing may block: Twisted's reactor runs it.
"""
import functools
import logging

from redis.exceptions import ConnectionError, RedisError
from twisted.internet import defer, task
from twisted.python.threadable import isInIOThread

from channels_lts.security.daphne.clock import Clock, steady

from .. import keys, suitability
from .admission import Admission
from .client import RedisClient
from .counter_flush import CounterFlush
from .daphne_server import DaphneServer
from .delivery import Delivery
from .endpoint import Endpoint
from .heartbeat import Heartbeat
from .inbox import Inbox
from .lease import Lease
from .receiver import Receiver
from .request_queue import RequestQueue
from .sender import HTTP_DISCONNECT, Sender

logger = logging.getLogger(__name__)


class TwistedLayer:
    """One interface server in this process: owns the connections and assembles the parts."""
    stop_seconds = 1  # for messages under way, and for closing the connections

    def __init__(self, layer, process):
        """`process`: its process channel, such as "daphne.response.abc!"."""
        # Imported when daphne asks for its first message: by then a reactor is installed.
        from twisted.internet import reactor
        steady(reactor)
        self.reactor = reactor
        self.clock = Clock(reactor)
        self.layer = layer
        self.is_stopping = False
        self.daphne = DaphneServer(reactor, self.clock, process)
        self.clients = [self._client(shard, functools.partial(self._connected, shard))
                        for shard in range(layer.ring_size)]
        self.inbox = Inbox(self.clock)
        self.delivery = Delivery(self.clock, layer, process, self.daphne, self.inbox)
        self.receiver = Receiver(self.clock, layer, process, self.delivery, functools.partial(
            self._client, layer.consistent_hash(process)))
        self.admission = Admission(self.clock, layer, self.daphne, self.inbox)
        self.sender = Sender(self.clock, layer, self.clients, self.admission,
                             self.daphne.window_of, self._sent)
        self.request_queue = RequestQueue(
            self.clock, layer, self.clients, self.sender, self.admission, self.daphne)
        self.heartbeat = Heartbeat(self.clock, layer, process, self.clients, self.daphne,
                                   self.admission.answer_lost)
        self.counter_flush = CounterFlush(layer, self.clients, [self.receiver.client])
        self.lease = Lease(layer, process, self.clients[0], self.daphne)
        self.beats = task.LoopingCall(self._beat)
        self.beats.clock = self.clock  # Twisted has no other way to give it our clock

    def _client(self, shard, on_up):
        endpoint = Endpoint(self.layer.connection(shard).connection_pool)
        client = RedisClient(self.reactor, self.clock, endpoint, self.layer.outages[shard],
                             ("DEL",) + keys.probes(self.layer.prefix), on_up)
        endpoint.on_moved(lambda: self.reactor.callFromThread(client.drop))
        return client

    def start(self):
        """Connects, and guards daphne; to be called in the reactor, once."""
        for client in self.clients:
            client.start()
        self.receiver.start()
        self.daphne.guard(self.layer, self.admission.is_one_too_many, self._drains)
        self.beats.start(self.heartbeat.beat_seconds, now=False)
        suitability.warn_soon(self.layer)
        self.reactor.addSystemEventTrigger("before", "shutdown", self.stop)
        self.reactor.addSystemEventTrigger(
            "after", "shutdown", self.layer.drop_log.tell, is_last=True)

    def is_here(self):
        """Whether to send from here: in the reactor, which mustn't block until its very end."""
        return isInIOThread() and not self.is_stopping

    def send(self, envelope):
        """Sends an Envelope; raises ChannelFull if it is known at once that it can't."""
        self.request_queue.send(envelope)

    def drops(self, channel, message):
        """
        Whether a message is dropped before an Envelope is made: daphne reports the end of each
        request, even of one that it has answered, and most sites have no consumer for that.
        """
        if (channel != HTTP_DISCONNECT or not self.sender.is_unheard()
                or not self.request_queue.end_answered(message.get("reply_channel"))):
            return False
        self.layer.drop_log.count(channel)
        return True

    def receive(self):
        """A Deferred of the next (channel, message) for daphne."""
        return self.delivery.next_message(self.layer.blpop_timeout)

    @defer.inlineCallbacks
    def stop(self):
        """
        Ends the connections, once messages under way have arrived. daphne closes its sockets after
        this, and their disconnects must arrive too: from here on, `send` blocks.
        """
        self.is_stopping = True
        self.daphne.read_on()
        self.receiver.stop()
        if self.beats.running:
            self.beats.stop()
        self.counter_flush.report()
        self.heartbeat.leave()
        yield self._until(lambda: not (
            self.request_queue.withdrawing or self.sender.is_busy() or self.heartbeat.is_leaving()))
        for shard, client in enumerate(self.clients):
            self._end(shard, client)
        yield self._until(lambda: not any(client.is_connected for client in self.clients))
        self.sender.hand_over()
        try:
            self.layer.report_statistics()
        except RedisError:  # they are logged
            pass

    def _end(self, shard, client):
        is_silent = client.is_silent()
        client.stop()
        if is_silent:
            # Blocking calls must not ask it again for every socket.
            self.layer.circuit_breaker.lost(
                shard, ConnectionError("no answer while stopping"),
                self.layer.outages[shard].clock())
            client.drop()  # so that unanswered commands are given back

    @defer.inlineCallbacks
    def _until(self, condition):
        deadline = self.clock.seconds() + self.stop_seconds
        while not condition() and self.clock.seconds() < deadline:
            yield task.deferLater(self.reactor, 0.01)

    def _sent(self, envelope, shard):
        self.request_queue.sent(envelope, shard)

    def _connected(self, shard):
        self.heartbeat.connected(shard)
        if shard == 0:
            self.lease.publish()
        self.sender.connected()

    def _drains(self):
        self.lease.publish()
        self.heartbeat.report()

    def _beat(self):
        # A LoopingCall that raises ends, without a log line: no lease would be renewed any more.
        for part in (self.receiver.check, self.heartbeat.beat, self.lease.beat,
                     self.counter_flush.report, self.layer.drop_log.tell):
            try:
                part()
            except Exception:
                logger.exception("A part of the heartbeat failed")
