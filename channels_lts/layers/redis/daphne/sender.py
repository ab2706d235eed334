"""
Sends daphne's messages, without making it wait.
"""
import itertools

from redis.exceptions import ConnectionError, RedisError

from ...drop_log import FULL
from .. import scripts
from .deadlines import DISCONNECT, RECEIVE, Deadlines
from .flow_control import FlowControl
from .retry_queue import RetryQueue
from .send_buffer import Pending
from .shards import Shards
from .upload_queue import UploadQueue

HTTP_DISCONNECT = "http.disconnect"


class Sender:
    """
    Sends envelopes to the shards and learns later whether they were accepted. If not, `admission`
    tells the browser.

    While no suitable server is up, or too much is under way to each, a frame or a disconnect waits
    here for some seconds; so does a frame whose channel is full, or whose address has its maximum
    in it. Waiting messages go out in turns, one per address. A request or a connect is refused at
    once, except while the first connection is being made, and for a large request while others are
    under way. A disconnect that Redis has no room for is retried until it is accepted.
    """
    retry_seconds = 0.25
    unheard_seconds = 1  # no http.disconnect is sent for this long after one found its channel full

    def __init__(self, clock, layer, clients, admission, window_of,
                 on_sent=lambda envelope, shard: None):
        """
        `clients`: a RedisClient for each shard. `window_of(reply_channel)`: the Window of a
        socket's address, or None. `on_sent(envelope, shard)` is called when one has been written to
        a server, and again if another one is tried.
        """
        self.clock = clock
        self.layer = layer
        self.admission = admission
        self.numbers = itertools.count()
        self.deadlines = Deadlines(clock, layer)
        self.shards = Shards(clock, layer, clients, self._has_room, on_sent)
        self.flow = FlowControl(clock, clients, self.shards, window_of, self._answered,
                                self._evicted)
        self.uploads = UploadQueue(clock, self.shards, self._send)
        self.retries = RetryQueue(clock, self._send_again, self._refuse)
        self.is_scheduled = False
        self.unheard_until = clock.seconds()

    def send(self, envelope):
        """
        Takes an Envelope. Raises ChannelFull if that is known at once; but not for a frame: daphne
        would then not send the disconnect of its socket.
        """
        if envelope.channel == HTTP_DISCONNECT and self.is_unheard():
            self.layer.drop_log.count(envelope.list)
            return
        if self.admission.is_refused(envelope):
            return
        pending = Pending(next(self.numbers), envelope, self.flow.window(envelope))
        shards = self.shards.with_room(envelope)
        if shards and not self._is_behind(pending):
            self.shards.send(pending, shards, self.flow, self._answered)
        elif self._hold(pending):
            self.flow.go_on()
        elif not self._queue(pending):
            self._turn_away(pending)

    def is_unheard(self):
        """Whether nobody seems to take http.disconnect."""
        return self.clock.seconds() < self.unheard_until

    def _send(self, pending, shards):
        self.shards.send(pending, shards, self.flow, self._answered)

    def _is_behind(self, pending):
        # Later messages from the same socket mustn't overtake waiting ones.
        if pending.envelope.channel in self.deadlines.waits:
            return self.flow.is_behind(pending)
        return self.uploads.is_ahead_of(pending.envelope)

    def _turn_away(self, pending):
        if pending.envelope.channel == RECEIVE:
            self._refuse(pending, self.shards.why_not())
            return
        self.layer.drop_log.note(pending.envelope.list, reason=self.shards.why_not())
        raise self.layer.ChannelFull

    def is_busy(self):
        """Whether anything is under way."""
        return self.shards.is_busy()

    def connected(self):
        """Call it when a server is up: messages waiting for it are sent."""
        self.deadlines.connected()
        self.flush()

    def flush(self):
        """Sends what can be sent; what has waited too long is refused."""
        for queue in (self.flow, self.uploads):
            for pending in queue.take_expired(self.clock.seconds()):
                self._refuse(pending, pending.reason)
        self._go_on()

    def _go_on(self):
        self.flow.go_on()
        self.uploads.go_on()

    def _has_room(self):
        if self.is_scheduled:  # as long as anything waits
            self._go_on()

    def hand_over(self):
        """Sends the rest in blocking mode, for a process that is ending."""
        for queue in (self.flow, self.uploads, self.retries):
            for envelope in [pending.envelope for pending in queue.take_all()]:
                try:
                    self.layer.send(envelope.channel, envelope.message)
                except self.layer.ChannelFull:  # it has logged that itself
                    pass
                except RedisError as error:
                    self.layer.drop_log.note(envelope.list, reason=repr(error))

    def _answered(self, pending, answer):
        envelope = pending.envelope
        if answer in scripts.DONE:
            return
        if answer == scripts.FULL and envelope.channel == HTTP_DISCONNECT:
            self.layer.drop_log.count(envelope.list)
            # daphne sends one after each answer, and most sites have no consumer for them.
            self.unheard_until = self.clock.seconds() + self.unheard_seconds
        elif isinstance(answer, ConnectionError):
            if not self._hold(pending):
                self._refuse(pending, str(answer), may_have_arrived=True)
        elif answer == scripts.FULL and envelope.channel == RECEIVE and self._hold(pending):
            self.flow.find_full(pending)
            pending.set_reason(FULL)
        elif envelope.channel != DISCONNECT or not self._retry(pending, _reason(answer)):
            self._refuse(pending, _reason(answer))

    def _hold(self, pending):
        """
        Keeps a message for later, if it is of a kind that may wait. It may have arrived: after a
        broken connection a frame may come twice, rather than not at all.
        """
        if not self._may_wait(pending) or not self.flow.add(pending):
            return False
        self._schedule()
        return True

    def _queue(self, pending):
        if pending.envelope.channel in self.deadlines.waits or not self.uploads.add(pending):
            return False
        self._schedule()
        return True

    def _schedule(self):
        if (self.flow or self.uploads) and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.retry_seconds, self._flush_later)

    def _flush_later(self):
        self.is_scheduled = False
        self.flush()
        self._schedule()

    def _retry(self, pending, reason):
        return self._may_wait(pending) and self.retries.add(pending, reason)

    def _may_wait(self, pending):
        return self.deadlines.begin(pending, self.flow.lacks_place(pending))

    def _send_again(self, pending, answered):
        shards = self.shards.with_room(pending.envelope)
        if shards:
            self.shards.send(pending, shards, self.flow,
                             lambda pending, answer: answered(_reason(answer)))
        else:
            answered(self.shards.why_not())

    def _evicted(self, pending):
        self._refuse(pending, "other addresses wait too")

    def _refuse(self, pending, reason, may_have_arrived=False):
        self.layer.drop_log.note(pending.envelope.list, reason=reason)
        self.admission.refuse(pending.envelope, may_have_arrived=may_have_arrived)


def _reason(answer):
    """Why a message wasn't taken, or None if it was."""
    if answer in scripts.DONE:
        return None
    return FULL if answer == scripts.FULL else str(answer)
