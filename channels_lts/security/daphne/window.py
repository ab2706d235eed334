"""
What of one address waits for workers.
"""


class Window:
    """
    The frames of one address that a channel layer has `sent` and no worker has taken, as far as is
    known: `most` at the most. Those that come while it is full are `held` in daphne; while as many
    are held, or `most_bytes` of them, none of its sockets is read (see Intake).
    """
    most_bytes = 2 ** 20
    look_seconds = 0.05  # between two looks whether its sockets may be read again

    def __init__(self, most):
        """`most`: float("inf") for no bound."""
        self.most = most
        self.sent = {}  # key of the message: (server, when it expires)
        self.held = self.held_bytes = 0

    def wait(self):
        """Seconds until it is worth asking again whether more may be read; 0 if it may be now."""
        is_over = self.held >= self.most or (
            self.held_bytes >= self.most_bytes and self.most != float("inf"))
        return self.look_seconds if is_over else 0

    def hold(self, size):
        """To be called when a frame of so many bytes begins to wait in daphne."""
        self.held += 1
        self.held_bytes += size

    def let_go(self, size):
        """To be called when it waits no longer."""
        self.held -= 1
        self.held_bytes -= size

    def is_full(self, now):
        """Whether as many have been sent as may be; what has expired by then doesn't count."""
        if len(self.sent) >= self.most:
            for key in [key for key, (_, until) in self.sent.items() if until < now]:
                del self.sent[key]
        return len(self.sent) >= self.most

    def is_half_full(self):
        """Once on the way to being full."""
        return len(self.sent) == self.most // 2

    def add(self, key, server, until):
        """To be called when a message is sent. `until`: when it expires."""
        if self.most != float("inf"):
            self.sent[key] = server, until

    def remove(self, key):
        """To be called when it wasn't taken."""
        self.sent.pop(key, None)

    def by_server(self):
        """{server: keys of what was sent there, oldest first}"""
        found = {}
        for key, (server, _) in self.sent.items():
            found.setdefault(server, []).append(key)
        return found

    def leave(self, keys, amount):
        """Of these keys, oldest first, so many are still there: workers take the oldest first."""
        known = [key for key in keys if key in self.sent]
        for key in known[:max(0, len(known) - amount)]:
            del self.sent[key]

    def seconds_to_empty(self, now):
        """Until nothing of it waits any more, at the latest; 1 while that can't be said."""
        if self.held:
            return 1
        return max([until - now for _, until in self.sent.values()] + [0])
