"""
Frames and disconnects that can't go out yet.
"""
from channels_lts.security.daphne.window import Window

from .progress import Progress
from .turns import FRAME, Turns


class Held:
    """
    Decides which posts wait, and sends those that have waited in turns, one of each address. A
    frame waits while its address has as many in the channel as it may have (see Window), while the
    channel is full, and behind what waits of its address.
    """
    most_at_once = 20  # on their way, of those that have waited
    shortest, longest = 0.02, 0.25  # seconds between two tries while the channel is full

    def __init__(self, clock, links, window_of, shards_for, send, evicted):
        """
        `window_of(reply_channel)`: the Window of a socket's address, or None. `shards_for(letter)`:
        those that have room on their way. `send(post, shards, answered)` sends it and calls
        `answered()` before it deals with the answer. `evicted(post)`: one has lost its place to
        another address.
        """
        self.clock = clock
        self.window_of = window_of
        self.shards_for = shards_for
        self.send = send
        self.unbounded = Window(float("inf"))  # of what has no address
        self.turns = Turns(evicted)
        self.progress = Progress(clock, links, self._has_room)
        self.out = 0
        self.is_full = False
        self.pause = self.shortest

    def __len__(self):
        return len(self.turns)

    def window(self, letter):
        """The Window in which a letter counts."""
        name = letter.message.get("reply_channel")
        # daphne has forgotten a socket that ends; but its frames may wait.
        return self.turns.window_of(name) or self.window_of(name) or self.unbounded

    def is_behind(self, post):
        """Whether a frame or a disconnect has to wait, though a server has room."""
        return bool(post.window.held) or self._has_to_wait(post)

    def lacks_place(self, post):
        """Whether a frame waits because of its own address."""
        return post.letter.channel == FRAME and post.window.is_full(self.clock.seconds())

    def _has_to_wait(self, post):
        return post.letter.channel == FRAME and self.is_full or self.lacks_place(post)

    def sent(self, post, server, until):
        """To be called after a post has been written to a server. `until`: when it expires."""
        if post.letter.channel == FRAME:
            post.window.add(post.letter.key, server, until)
            if post.window.is_half_full():
                self.progress.ask(post.window)

    def taken(self, post):
        """To be called when the channel has taken one."""
        if post.letter.channel == FRAME:
            self.pause = self.shortest

    def not_taken(self, post):
        post.window.remove(post.letter.key)

    def find_full(self, post):
        """To be called after `add` for a frame that found the channel full."""
        self.turns.give_back(post)
        if not self.is_full:
            self.is_full = True
            self.clock.callLater(self.pause, self._try_again)
            self.pause = min(2 * self.pause, self.longest)

    def _try_again(self):
        self.is_full = False
        self.go_on()

    def add(self, post):
        """False when there is no room."""
        return self.turns.add(post)

    def go_on(self):
        """Sends what may go."""
        while self.turns.ring and self.out < self.most_at_once and not self.is_full:
            post = self.turns.first()
            if self._has_to_wait(post):
                self.progress.watch(self.turns.suspend())
            elif not self._send_next(post):
                return

    def _send_next(self, post):
        shards = self.shards_for(post.letter)
        if shards:
            self.turns.take()
            self.out += 1
            self.send(post, shards, self._answered)
        return bool(shards)

    def _answered(self):
        self.out -= 1

    def _has_room(self, window):
        self.turns.resume(window)
        self.go_on()
