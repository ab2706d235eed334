"""
Requests and handshakes, from daphne to the channels that workers take them from.
"""
import logging
from collections import OrderedDict, namedtuple
from weakref import WeakValueDictionary

from channels_lts.conf import bound, settings
from channels_lts.security.addresses import client_network
from channels_lts.security.daphne.window import Window
from channels_lts.security.refusal_log import RefusalLog

from .. import envelope, scripts
from .progress import Progress
from .server import is_answered

logger = logging.getLogger(__name__)

BEGINNINGS = frozenset(("http.request", "websocket.connect"))
ENDS = frozenset(("http.disconnect", "websocket.disconnect"))
REFUSED = "too many of its address wait (ADDRESS_REQUESTS_WAITING)"
SLOWED = "requests or handshakes of one address wait in daphne (ADDRESS_REQUESTS_WAITING)"


class Share(Window):
    """
    What one address has in one channel, and `queue`, what waits for a place there: {reply channel:
    letter}, the oldest first.
    """

    def __init__(self, name, most):
        """`name`: (channel, address)"""
        super().__init__(most)
        self.name = name
        self.queue = OrderedDict()

    def line_up(self, letter):
        self.queue[reply_channel(letter)] = letter
        self.hold(size(letter))

    def take(self, name):
        """Removes and returns the letter of a reply channel."""
        letter = self.queue.pop(name)
        self.let_go(size(letter))
        return letter


# A request or handshake that nobody has answered: `protocol`, daphne's, is None in another server.
Arrival = namedtuple("Arrival", "share list key protocol")


class Arrivals:
    """
    Stands in front of an Outbox. Of one address so many requests wait for workers in their channel,
    and so many handshakes in theirs; the next ones wait here, as many as the channel has room for,
    or `most_bytes` of them. What is beyond is answered with 503.

    Whose client leaves before a worker has taken it is taken back, from here or from Redis, and so
    is its end: no worker hears of either.
    """
    most_bytes = 8 * 2 ** 20  # of one address in one channel; for large bodies see Upload
    most_bytes_in_all = 64 * 2 ** 20
    sweep_seconds = 1

    def __init__(self, clock, layer, links, outbox, refusals, server):
        self.clock = clock
        self.layer = layer
        self.links = links
        self.outbox = outbox
        self.refusals = refusals
        self.server = server
        self.log = RefusalLog(logger, clock.seconds)
        self.progress = Progress(clock, links, self._go_on)
        self.shares = WeakValueDictionary()  # (channel, address): Share, as long as it has arrivals
        self.arrivals = {}  # reply channel: Arrival
        self.bytes = 0  # held here
        self.withdrawing = 0  # on their way
        self.is_scheduled = False
        outbox.on_sent = self._sent

    def send(self, letter):
        """Takes a letter. Raises ChannelFull when that is known at once."""
        if letter.channel in BEGINNINGS:
            self._begin(letter)
        elif letter.channel in ENDS:
            self._end(letter)
        else:
            self.outbox.send(letter)

    def _begin(self, letter):
        share = self._share(letter)
        if share is None:
            self.outbox.send(letter)
        elif not (share.queue or share.is_full(self.clock.seconds())):
            self._pass_on(letter, share)
        elif self._has_room(share, letter):
            self._hold(letter, share)
        else:
            self._refuse(letter)

    def _share(self, letter):
        address = (letter.message.get("client") or [None])[0]
        if not address or settings.ADDRESS_REQUESTS_WAITING is None:
            return None
        name = letter.channel, client_network(address)
        share = self.shares.get(name)
        if share is None:
            share = self.shares[name] = Share(name, settings.ADDRESS_REQUESTS_WAITING)
        return share

    def _remember(self, letter, share):
        name = reply_channel(letter)
        self.arrivals[name] = Arrival(share, letter.list, letter.key,
                                      self.server.protocols.get(name))
        self._schedule()

    def _pass_on(self, letter, share):
        self._remember(letter, share)
        try:
            self.outbox.send(letter)
        except self.layer.ChannelFull:
            self._forget(reply_channel(letter))
            raise

    def _has_room(self, share, letter):
        return (len(share.queue) < letter.capacity and share.held_bytes < self.most_bytes
                and self.bytes < self.most_bytes_in_all)

    def _hold(self, letter, share):
        self.log.note(SLOWED, share.name[1])
        self._remember(letter, share)
        share.line_up(letter)
        self.bytes += size(letter)
        self.progress.watch(share)

    def _take(self, share, name):
        letter = share.take(name)
        self.bytes -= size(letter)
        return letter

    def _refuse(self, letter):
        self.layer.drop_log.note(letter.list, reason=REFUSED)
        self.refusals.refuse(letter)

    def _sent(self, letter, shard):
        """Called by the Outbox, again where another server is tried."""
        arrival = self.arrivals.get(reply_channel(letter))
        if arrival is not None and arrival.key == letter.key:
            share = arrival.share
            share.add(letter.key, shard, self.clock.seconds() + self.layer.expiry)
            if share.is_half_full():
                self.progress.ask(share)

    def _end(self, letter):
        name = reply_channel(letter)
        arrival = self.arrivals.get(name)
        if arrival is not None and name in arrival.share.queue:
            self._forget(name)
        elif arrival is not None and self._may_wait(arrival):
            del self.arrivals[name]
            self._withdraw(arrival, letter)
        else:
            self._forget(name)
            self.outbox.send(letter)

    def _may_wait(self, arrival):
        return arrival.key in arrival.share.sent and not is_answered(arrival.protocol)

    def _withdraw(self, arrival, end):
        """Takes back what was sent, or sends its `end` where a worker has it."""
        def answered(answer):
            self.withdrawing -= 1
            if answer != 1:
                self._send_late(end)
            self._leave(arrival)
        self.withdrawing += 1
        self.links[arrival.share.sent[arrival.key][0]].script(
            scripts.withdraw, (), envelope.head(self.layer) + (arrival.list, arrival.key), answered)

    def _send_late(self, letter):
        try:
            self.outbox.send(letter)
        except self.layer.ChannelFull:  # it is in the log
            return False
        return True

    def _forget(self, name):
        arrival = self.arrivals.pop(name, None)
        if arrival is not None:
            if name in arrival.share.queue:
                self._take(arrival.share, name)
            self._leave(arrival)

    def _leave(self, arrival):
        arrival.share.remove(arrival.key)
        self._go_on(arrival.share)

    def _go_on(self, share):
        """Sends what there is room for."""
        while share.queue and not share.is_full(self.clock.seconds()):
            letter = self._take(share, next(iter(share.queue)))
            if not self._send_late(letter):
                self.arrivals.pop(reply_channel(letter), None)
                self.refusals.refuse(letter)
        if share.queue:
            self.progress.watch(share)

    def _schedule(self):
        if self.arrivals and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.sweep_seconds, self._sweep)

    def _sweep(self):
        """Forgets what is over, of which daphne doesn't tell: a handshake that was accepted."""
        self.is_scheduled = False
        for name in [name for name, each in self.arrivals.items() if self._is_over(name, each)]:
            self._forget(name)
        self._schedule()

    def _is_over(self, name, arrival):
        if arrival.protocol is not None and (
                self.server.protocols.get(name) is not arrival.protocol):
            return True
        return name not in arrival.share.queue and not (
            self._may_wait(arrival)
            and arrival.share.sent[arrival.key][1] >= self.clock.seconds())


def reply_channel(letter):
    return letter.message["reply_channel"]


def size(letter):
    """Bytes that count: those of large bodies have a budget of their own."""
    is_large = len(letter.message.get("body") or b"") > bound("LARGE_BODY")
    return 0 if is_large else len(letter.payload)
