"""
Frames and disconnects that can't be sent yet.
"""
from channels_lts.redis.backoff import backoff
from channels_lts.security.daphne.window import Window

from .deadlines import RECEIVE
from .fair_queue import FairQueue
from .progress import Progress


class FlowControl:
    """
    Decides which messages wait, and sends waiting ones in turns, one per address. A frame waits
    while its address has its maximum in the channel (see Window), while the channel is full, and
    behind earlier messages of its address.
    """
    most_at_once = 20  # under way, of those that have waited
    shortest, longest = 0.02, 0.25  # seconds between two tries while the channel is full

    def __init__(self, clock, clients, shards, window_of, answered, evicted):
        """
        `shards`: the Shards to send to. `window_of(reply_channel)`: the Window of a socket's
        address, or None. `answered(pending, answer)`: for those that have waited, as in
        Shards.send. `evicted(pending)`: one has lost its place to another address.
        """
        self.clock = clock
        self.shards = shards
        self.window_of = window_of
        self.answered = answered
        self.unbounded = Window(float("inf"))  # for messages without an address
        self.queue = FairQueue(evicted)
        self.progress = Progress(clock, clients, self._has_room)
        self.out = 0
        self.is_full = False
        self.attempt = 0  # since the channel last accepted one

    def __len__(self):
        return len(self.queue)

    def window(self, envelope):
        """The Window that it counts in."""
        name = envelope.message.get("reply_channel")
        # daphne has forgotten a closing socket; but its frames may still wait.
        return self.queue.window_of(name) or self.window_of(name) or self.unbounded

    def is_behind(self, pending):
        """Whether a frame or a disconnect has to wait, though a server has room."""
        return bool(pending.window.held) or self._has_to_wait(pending)

    def lacks_place(self, pending):
        """Whether a frame waits because of its own address."""
        return (pending.envelope.channel == RECEIVE
                and pending.window.is_full(self.clock.seconds()))

    def _has_to_wait(self, pending):
        return (pending.envelope.channel == RECEIVE and self.is_full
                or self.lacks_place(pending))

    def sent(self, pending, shard, until):
        """Called by Shards after writing it to a server."""
        if pending.envelope.channel == RECEIVE:
            pending.window.add(pending.envelope.key, shard, until)
            if pending.window.is_half_full():
                self.progress.ask(pending.window)

    def taken(self, pending):
        """Called by Shards when the channel has accepted one."""
        if pending.envelope.channel == RECEIVE:
            self.attempt = 0

    def not_taken(self, pending):
        """Called by Shards when the channel hasn't, or it isn't known."""
        pending.window.remove(pending.envelope.key)

    def find_full(self, pending):
        """Call it after `add`, for a frame that found the channel full."""
        self.queue.give_back(pending)
        if not self.is_full:
            self.is_full = True
            pause = backoff(self.attempt, self.shortest, self.longest)
            self.clock.callLater(pause, self._try_again)
            self.attempt += 1

    def _try_again(self):
        self.is_full = False
        self.go_on()

    def add(self, pending):
        """Returns False if there is no room."""
        return self.queue.add(pending)

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        return self.queue.take_expired(now)

    def take_all(self):
        """Removes and returns all, in the order in which daphne sent them."""
        return self.queue.take_all()

    def go_on(self):
        """Sends what may go."""
        while self.out < self.most_at_once and not self.is_full:
            pending = self.queue.first()
            if pending is None:
                return
            if self._has_to_wait(pending):
                self.progress.watch(self.queue.suspend())
            elif not self._send_next(pending):
                return

    def _send_next(self, pending):
        shards = self.shards.with_room(pending.envelope)
        if shards:
            self.queue.take()
            self.out += 1
            self.shards.send(pending, shards, self, self._answered)
        return bool(shards)

    def _answered(self, pending, answer):
        self.out -= 1
        self.answered(pending, answer)

    def _has_room(self, window):
        self.queue.resume(window)
        self.go_on()
