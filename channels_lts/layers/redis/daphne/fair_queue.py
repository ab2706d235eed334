"""
Messages waiting in daphne: each address has a queue, and the queues take turns.
"""
import itertools
from collections import deque

from .deadlines import RECEIVE


class FairQueue:
    """
    Messages by window, each window's in the order in which daphne sent them; bounded in number and
    in bytes, of which frames leave half to messages that end sockets. If a frame finds no room, the
    address with the most frames loses one.
    """
    most = 20000
    most_bytes = 16 * 2 ** 20
    share = {RECEIVE: 0.5}

    def __init__(self, evicted):
        """
        `evicted(pending)` is called with a Pending that has lost its place to another address.
        """
        self.evicted = evicted
        self.queues = {}  # window: its pending messages
        self.ring = deque()  # the windows whose first message may go, in the order of their turns
        self.turn = {}  # window: number of its turn, for those in the ring
        self.numbers = itertools.count()
        self.number = self.bytes = 0
        self.sockets = {}  # reply channel: (window, how many of its messages wait)

    def __len__(self):
        return self.number

    def add(self, pending):
        """Returns False if there is no room."""
        share = self.share.get(pending.envelope.channel, 1)
        if not self._has_room(share) and not self._evict_for(pending):
            return False
        queue = self.queues.setdefault(pending.window, deque())
        self._insert(queue, pending)
        self._count(pending, 1)
        if len(queue) == 1:
            self._line_up(pending.window)
        return True

    def _line_up(self, window):
        self.ring.append(window)
        self.turn[window] = next(self.numbers)

    def _step_out(self, window):
        if window in self.turn:
            self.ring.remove(window)
            del self.turn[window]

    def _insert(self, queue, pending):
        later = []
        while queue and queue[-1].number > pending.number:  # it is put back
            later.append(queue.pop())
        queue.append(pending)
        queue.extend(reversed(later))

    def _has_room(self, share):
        return self.number < share * self.most and self.bytes < share * self.most_bytes

    def _evict_for(self, pending):
        if pending.envelope.channel != RECEIVE:
            return False
        window = max(self.queues, key=self._load, default=pending.window)
        victim = next((each for each in reversed(self.queues.get(window, ()))
                       if each.envelope.channel == RECEIVE), None)
        if victim is None or self._load(window) <= self._load(pending.window):
            return False
        self._remove(window, victim)
        self.evicted(victim)
        return True

    def _load(self, window):
        return max(window.held / self.most, window.held_bytes / self.most_bytes)

    def window_of(self, reply_channel):
        """The window in which messages of a socket wait, or None."""
        return self.sockets.get(reply_channel, (None, 0))[0]

    def first(self):
        """The Pending whose turn it is, or None."""
        return self.queues[self.ring[0]][0] if self.ring else None

    def take(self):
        """Removes and returns it; the next turn is another window's."""
        window = self.ring[0]
        pending = self.queues[window][0]
        pending.had_turn(self.turn[window])
        self._step_out(window)
        self._remove(window, pending)
        if window in self.queues:
            self._line_up(window)
        return pending

    def suspend(self):
        """Takes the window whose turn it is out of the ring, and returns it."""
        window = self.ring[0]
        self._step_out(window)
        return window

    def resume(self, window):
        """Gives a window its turns again."""
        if window in self.queues and window not in self.turn:
            self._line_up(window)

    def give_back(self, pending):
        """Gives a window its turn again, if a message of it had its turn in vain."""
        window, turn = pending.window, pending.turn
        if turn is not None and self.turn.get(window, -1) > turn:
            self._step_out(window)
            place = sum(1 for _ in itertools.takewhile(
                lambda each: self.turn[each] < turn, self.ring))
            self.ring.insert(place, window)
            self.turn[window] = turn

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        expired = [pending for queue in self.queues.values() for pending in queue
                   if pending.deadline < now]
        for pending in expired:
            self._remove(pending.window, pending)
        return expired

    def take_all(self):
        """Removes and returns all, in the order in which daphne sent them."""
        found = sorted((pending for queue in self.queues.values() for pending in queue),
                       key=lambda pending: pending.number)
        for pending in found:
            self._remove(pending.window, pending)
        return found

    def _remove(self, window, pending):
        queue = self.queues[window]
        if queue[0] is pending:
            queue.popleft()
        else:
            queue.remove(pending)
        self._count(pending, -1)
        if not queue:
            del self.queues[window]
            self._step_out(window)

    def _count(self, pending, sign):
        size = len(pending.envelope.payload)
        self.number += sign
        self.bytes += sign * size
        if sign > 0:
            pending.window.hold(size)
        else:
            pending.window.let_go(size)
        name = pending.envelope.message.get("reply_channel")
        amount = self.sockets.get(name, (None, 0))[1] + sign
        if amount:
            self.sockets[name] = pending.window, amount
        else:
            del self.sockets[name]
