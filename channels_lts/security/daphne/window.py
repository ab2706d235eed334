"""
The frames of one address that wait for workers.
"""


class Window:
    """
    The frames of one address that a channel layer has `sent` and no worker has taken, as far as is
    known: at most `most`. Those that arrive while it is full are `held` in daphne; while that many
    are held, or `most_bytes` of them, none of its sockets is read (see Intake).
    """
    most_bytes = 2 ** 20
    look_seconds = 0.05  # between two checks of whether its sockets may be read again

    def __init__(self, most):
        """`most`: float("inf") for no limit."""
        self.most = most
        self.sent = {}  # key of the message: (server, expiry)
        self.held = self.held_bytes = 0

    def wait(self):
        """Seconds until it is worth asking again whether more may be read; 0 if it may be now."""
        is_over = self.held >= self.most or (
            self.held_bytes >= self.most_bytes and self.most != float("inf"))
        return self.look_seconds if is_over else 0

    def hold(self, size):
        """Call it when a frame of this many bytes begins to wait in daphne."""
        self.held += 1
        self.held_bytes += size

    def let_go(self, size):
        """Call it when it no longer waits."""
        self.held -= 1
        self.held_bytes -= size

    def is_full(self, now):
        """Whether the maximum has been sent; what has expired by then doesn't count."""
        if len(self.sent) >= self.most:
            for key in [key for key, (_, until) in self.sent.items() if until < now]:
                del self.sent[key]
        return len(self.sent) >= self.most

    def is_half_full(self):
        """True once on the way to being full."""
        return len(self.sent) == self.most // 2

    def add(self, key, server, until):
        """Call it when a message is sent. `until`: when it expires."""
        if self.most != float("inf"):
            self.sent[key] = server, until

    def remove(self, key):
        """Call it when it wasn't accepted."""
        self.sent.pop(key, None)

    def by_server(self):
        """{server: keys of what was sent there, oldest first}"""
        found = {}
        for key, (server, _) in self.sent.items():
            found.setdefault(server, []).append(key)
        return found

    def leave(self, keys, amount):
        """Of these keys, oldest first, this many are left: workers take the oldest first."""
        known = [key for key in keys if key in self.sent]
        for key in known[:max(0, len(known) - amount)]:
            del self.sent[key]

    def seconds_to_empty(self, now):
        """Seconds until nothing of it can wait any more; 1 while that isn't known."""
        if self.held:
            return 1
        return max([until - now for _, until in self.sent.values()] + [0])
