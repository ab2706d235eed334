from weakref import WeakKeyDictionary, WeakSet

from channels_lts.security.daphne.budgets import budget


class FrameLimit:
    """
    How many frames each socket may send: `burst` at once, and `rate` more per second (None: no
    limit). A socket that has sent too many may send no more.
    """

    def __init__(self, clock, rate, burst):
        self.clock = clock
        self.limit = None if rate is None else (rate, burst)
        self.budgets = WeakKeyDictionary()
        self.exceeding = WeakSet()

    def allows(self, protocol):
        """Call it once for each frame, with daphne's protocol of its socket."""
        if protocol in self.exceeding:
            return False
        is_allowed = self._budget(protocol).take(self.clock.seconds())
        if not is_allowed:
            self.exceeding.add(protocol)
        return is_allowed

    def is_exceeded_by(self, protocol):
        """Whether the socket has already sent too many."""
        return protocol in self.exceeding

    def _budget(self, protocol):
        found = self.budgets.get(protocol)
        if found is None:
            found = self.budgets[protocol] = budget(self.limit, self.clock.seconds())
        return found
