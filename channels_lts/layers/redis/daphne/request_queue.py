"""
Requests and handshakes, on their way from daphne to the channels that workers read.
"""
import logging
from collections import namedtuple
from weakref import WeakValueDictionary

from channels_lts.conf import settings
from channels_lts.security.addresses import client_network
from channels_lts.security.refusal_log import RefusalLog

from .. import scripts
from ..envelope import head
from .address_share import Share, reply_channel, size
from .daphne_server import is_answered
from .progress import Progress

logger = logging.getLogger(__name__)

CONNECT = "websocket.connect"
BEGINNINGS = frozenset(("http.request", CONNECT))
ENDS = frozenset(("http.disconnect", "websocket.disconnect"))
REFUSED = "too many of its address wait (ADDRESS_REQUESTS_WAITING)"
SLOWED = "requests or handshakes of one address wait in daphne (ADDRESS_REQUESTS_WAITING)"


# A request or handshake without an answer: `protocol`, daphne's, is None in another daphne.
Unanswered = namedtuple("Unanswered", "share list key protocol")


class RequestQueue:
    """
    Sits in front of a Sender. Of one address, a limited number of requests waits for workers in
    their channel, and as many handshakes in theirs; further ones wait here, as many as the channel
    has room for, or `most_bytes` of them. Beyond that they are answered with 503.

    If a client leaves before a worker has taken its request, the request is withdrawn, from here or
    from Redis, along with its end: no worker sees either.
    """
    most_bytes = 8 * 2 ** 20  # for one address in one channel; for large bodies see Upload
    most_bytes_in_all = 64 * 2 ** 20
    sweep_seconds = 1

    def __init__(self, clock, layer, clients, sender, admission, daphne):
        self.clock = clock
        self.layer = layer
        self.clients = clients
        self.sender = sender
        self.admission = admission
        self.daphne = daphne
        self.log = RefusalLog(logger, clock.seconds)
        self.progress = Progress(clock, clients, self._go_on)
        self.shares = WeakValueDictionary()  # (channel, address): Share, while it has requests
        self.unanswered = {}  # reply channel: Unanswered
        self.bytes = 0  # held here
        self.withdrawing = 0  # on their way
        self.is_scheduled = False

    def send(self, envelope):
        """Takes an Envelope. Raises ChannelFull if that is known at once."""
        if envelope.channel == CONNECT:
            self._begin_handshake(envelope)
        elif envelope.channel in BEGINNINGS:
            self._begin(envelope)
        elif envelope.channel in ENDS:
            self._end(envelope)
        else:
            self.sender.send(envelope)

    def _begin_handshake(self, envelope):
        # daphne logs a line for each one raised; drops are logged once in a while.
        try:
            self._begin(envelope)
        except self.layer.ChannelFull:
            self.admission.refuse(envelope)

    def _begin(self, envelope):
        share = self._share(envelope)
        if share is None:
            self.sender.send(envelope)
        elif not (share.queue or share.is_full(self.clock.seconds())):
            self._pass_on(envelope, share)
        elif self._has_room(share, envelope):
            self._hold(envelope, share)
        else:
            self._refuse(envelope)

    def _share(self, envelope):
        address = (envelope.message.get("client") or [None])[0]
        if not address or settings.ADDRESS_REQUESTS_WAITING is None:
            return None
        name = envelope.channel, client_network(address)
        share = self.shares.get(name)
        if share is None:
            share = self.shares[name] = Share(name, settings.ADDRESS_REQUESTS_WAITING)
        return share

    def _remember(self, envelope, share):
        name = reply_channel(envelope)
        self.unanswered[name] = Unanswered(
            share, envelope.list, envelope.key, self.daphne.protocols.get(name))
        self._schedule()

    def _pass_on(self, envelope, share):
        self._remember(envelope, share)
        try:
            self.sender.send(envelope)
        except self.layer.ChannelFull:
            self._forget(reply_channel(envelope))
            raise

    def _has_room(self, share, envelope):
        return (len(share.queue) < envelope.capacity and share.held_bytes < self.most_bytes
                and self.bytes < self.most_bytes_in_all)

    def _hold(self, envelope, share):
        self.log.note(SLOWED, share.name[1])
        self._remember(envelope, share)
        share.line_up(envelope)
        self.bytes += size(envelope)
        self.progress.watch(share)

    def _take(self, share, name):
        envelope = share.take(name)
        self.bytes -= size(envelope)
        return envelope

    def _refuse(self, envelope):
        self.layer.drop_log.note(envelope.list, reason=REFUSED)
        self.admission.refuse(envelope)

    def sent(self, envelope, shard):
        """Call it when one has been written to a server, and again if another one is tried."""
        request = self.unanswered.get(reply_channel(envelope))
        if request is not None and request.key == envelope.key:
            share = request.share
            share.add(envelope.key, shard, self.clock.seconds() + self.layer.expiry)
            if share.is_half_full():
                self.progress.ask(share)

    def _end(self, envelope):
        name = reply_channel(envelope)
        request = self.unanswered.get(name)
        if request is not None and name in request.share.queue:
            self._forget(name)
        elif request is not None and self._may_wait(request):
            del self.unanswered[name]
            self._withdraw(request, envelope)
        else:
            self._forget(name)
            self.sender.send(envelope)

    def end_answered(self, name):
        """
        Forgets the request with this reply channel if it has been answered, or is unknown; returns
        whether it has. For an end that nobody wants to hear of, and so needs no Envelope.
        """
        request = self.unanswered.get(name)
        if request is not None and (name in request.share.queue or self._may_wait(request)):
            return False
        self._forget(name)
        return True

    def _may_wait(self, request):
        return request.key in request.share.sent and not is_answered(request.protocol)

    def _withdraw(self, request, end):
        """Withdraws what was sent, or sends its `end` if a worker has it."""
        def answered(answer):
            self.withdrawing -= 1
            if answer != 1:
                self._send_late(end)
            self._leave(request)
        self.withdrawing += 1
        self.clients[request.share.sent[request.key][0]].script(
            scripts.withdraw, (), head(self.layer) + (request.list, request.key), answered)

    def _send_late(self, envelope):
        try:
            self.sender.send(envelope)
        except self.layer.ChannelFull:  # it has been logged
            return False
        return True

    def _forget(self, name):
        request = self.unanswered.pop(name, None)
        if request is not None:
            if name in request.share.queue:
                self._take(request.share, name)
            self._leave(request)

    def _leave(self, request):
        request.share.remove(request.key)
        self._go_on(request.share)

    def _go_on(self, share):
        """Sends as many as there is room for."""
        while share.queue and not share.is_full(self.clock.seconds()):
            envelope = self._take(share, next(iter(share.queue)))
            if not self._send_late(envelope):
                self.unanswered.pop(reply_channel(envelope), None)
                self.admission.refuse(envelope)
        if share.queue:
            self.progress.watch(share)

    def _schedule(self):
        if self.unanswered and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.sweep_seconds, self._sweep)

    def _sweep(self):
        """Drops what is over without daphne reporting it: an accepted handshake."""
        self.is_scheduled = False
        for name in [name for name, each in self.unanswered.items() if self._is_over(name, each)]:
            self._forget(name)
        self._schedule()

    def _is_over(self, name, request):
        if request.protocol is not None and (
                self.daphne.protocols.get(name) is not request.protocol):
            return True
        return name not in request.share.queue and not (
            self._may_wait(request)
            and request.share.sent[request.key][1] >= self.clock.seconds())
