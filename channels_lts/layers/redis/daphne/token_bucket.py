from weakref import WeakKeyDictionary


class TokenBucket:
    """
    How many frames a socket may still send: `burst` at once, and `rate` more for each second, up to
    `burst`. Once it has sent too many it may send none.
    """
    __slots__ = ("rate", "burst", "tokens", "at", "is_over")

    def __init__(self, rate, burst, now):
        self.rate = rate
        self.burst = self.tokens = burst
        self.at = now
        self.is_over = False

    def take(self, now):
        """Whether one more may pass at this time, in seconds."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        self.is_over = self.is_over or self.tokens < 1
        self.tokens -= 1
        return not self.is_over


class TokenBuckets:
    """The buckets of all sockets, each made with the first frame and gone with its socket."""

    def __init__(self, clock, rate, burst):
        self.clock = clock
        self.rate = rate
        self.burst = burst
        self.buckets = WeakKeyDictionary()

    def bucket(self, protocol):
        """The TokenBucket of a socket; None if there is no limit."""
        found = self.buckets.get(protocol)
        if found is None and self.rate is not None:
            found = TokenBucket(self.rate, self.burst, self.clock.seconds())
            self.buckets[protocol] = found
        return found
