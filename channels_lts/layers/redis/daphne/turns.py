"""
What waits in daphne: each address has a queue, and the queues take turns.
"""
import itertools
from collections import deque

FRAME = "websocket.receive"


class Turns:
    """
    Posts by their windows, those of one in the order in which daphne sent them; bounded in number
    and in bytes, of which frames leave half to what ends sockets. Where a frame finds no room, it
    is the address with the most that loses one.
    """
    most = 20000
    most_bytes = 16 * 2 ** 20
    share = {FRAME: 0.5}

    def __init__(self, evicted):
        """`evicted(post)` is told of one that has lost its place to another address."""
        self.evicted = evicted
        self.queues = {}  # window: its posts
        self.ring = deque()  # the windows whose first post may go, by their turns
        self.turn = {}  # window: number of its turn, of those in the ring
        self.numbers = itertools.count()
        self.number = self.bytes = 0
        self.sockets = {}  # reply channel: (window, how many of its posts wait)

    def __len__(self):
        return self.number

    def add(self, post):
        """False when there is no room."""
        share = self.share.get(post.letter.channel, 1)
        if not self._has_room(share) and not self._evict_for(post):
            return False
        queue = self.queues.setdefault(post.window, deque())
        self._insert(queue, post)
        self._count(post, 1)
        if len(queue) == 1:
            self._line_up(post.window)
        return True

    def _line_up(self, window):
        self.ring.append(window)
        self.turn[window] = next(self.numbers)

    def _step_out(self, window):
        if window in self.turn:
            self.ring.remove(window)
            del self.turn[window]

    def _insert(self, queue, post):
        later = []
        while queue and queue[-1].number > post.number:  # it comes back
            later.append(queue.pop())
        queue.append(post)
        queue.extend(reversed(later))

    def _has_room(self, share):
        return self.number < share * self.most and self.bytes < share * self.most_bytes

    def _evict_for(self, post):
        if post.letter.channel != FRAME:
            return False
        window = max(self.queues, key=self._load, default=post.window)
        victim = next((each for each in reversed(self.queues.get(window, ()))
                       if each.letter.channel == FRAME), None)
        if victim is None or self._load(window) <= self._load(post.window):
            return False
        self._remove(window, victim)
        self.evicted(victim)
        return True

    def _load(self, window):
        return max(window.held / self.most, window.held_bytes / self.most_bytes)

    def window_of(self, reply_channel):
        """The window in which posts of a socket wait, or None."""
        return self.sockets.get(reply_channel, (None, 0))[0]

    def first(self):
        """The post whose turn it is, or None."""
        return self.queues[self.ring[0]][0] if self.ring else None

    def take(self):
        """Removes and returns it; the next turn is another window's."""
        window = self.ring[0]
        post = self.queues[window][0]
        post.turn = self.turn[window]
        self._step_out(window)
        self._remove(window, post)
        if window in self.queues:
            self._line_up(window)
        return post

    def suspend(self):
        """Takes the window whose turn it is out of the ring, and returns it."""
        window = self.ring[0]
        self._step_out(window)
        return window

    def resume(self, window):
        """Gives a window its turns again."""
        if window in self.queues and window not in self.turn:
            self._line_up(window)

    def give_back(self, post):
        """Gives a window the turn again that a post of it has had for nothing."""
        window, turn = post.window, post.turn
        if turn is not None and self.turn.get(window, -1) > turn:
            self._step_out(window)
            place = sum(1 for _ in itertools.takewhile(
                lambda each: self.turn[each] < turn, self.ring))
            self.ring.insert(place, window)
            self.turn[window] = turn

    def take_expired(self, now):
        """Removes and returns those that have waited too long."""
        expired = [post for queue in self.queues.values() for post in queue if post.deadline < now]
        for post in expired:
            self._remove(post.window, post)
        return expired

    def take_all(self):
        """Removes and returns all, in the order in which daphne sent them."""
        posts = sorted((post for queue in self.queues.values() for post in queue),
                       key=lambda post: post.number)
        for post in posts:
            self._remove(post.window, post)
        return posts

    def _remove(self, window, post):
        queue = self.queues[window]
        if queue[0] is post:
            queue.popleft()
        else:
            queue.remove(post)
        self._count(post, -1)
        if not queue:
            del self.queues[window]
            self._step_out(window)

    def _count(self, post, sign):
        size = len(post.letter.payload)
        self.number += sign
        self.bytes += sign * size
        post.window.hold(size) if sign > 0 else post.window.let_go(size)
        name = post.letter.message.get("reply_channel")
        amount = self.sockets.get(name, (None, 0))[1] + sign
        if amount:
            self.sockets[name] = post.window, amount
        else:
            del self.sockets[name]
