"""
How far workers have got.
"""


class Progress:
    """
    Asks Redis which frames workers have taken: waiting ones still have their keys. A full window is
    checked repeatedly, less and less often if nothing is taken.
    """
    shortest, longest = 0.02, 0.25  # seconds between two checks

    def __init__(self, clock, clients, on_room):
        """`on_room(window)` is called when a window is no longer full."""
        self.clock = clock
        self.clients = clients
        self.on_room = on_room
        self.full = {}  # windows, as keys
        self.pause = self.shortest
        self.is_scheduled = False

    def watch(self, window):
        """Call it when something waits for a full window."""
        self.full[window] = None
        self._schedule()

    def ask(self, window, answered=lambda: None):
        """Removes what workers have taken from a window; `answered()` is called for each shard."""
        for shard, keys in window.by_server().items():
            self._ask(window, shard, keys, answered)

    def _ask(self, window, shard, keys, answered):
        def arrived(answer):
            if isinstance(answer, int):  # not an error
                window.leave(keys, answer)
            answered()
        self.clients[shard].command(("EXISTS",) + tuple(keys), arrived)

    def _schedule(self):
        if self.full and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.pause, self._look)

    def _look(self):
        self.is_scheduled = False
        self.pause = min(2 * self.pause, self.longest)
        for window in list(self.full):
            self.ask(window, lambda window=window: self._asked(window))
            self._asked(window)  # what has expired is no longer in it either
        self._schedule()

    def _asked(self, window):
        if window in self.full and not window.is_full(self.clock.seconds()):
            del self.full[window]
            self.pause = self.shortest
            self.on_room(window)
