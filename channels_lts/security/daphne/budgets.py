"""
How much somebody may send.
"""


class Budget:
    """
    A token bucket: `burst` at once, and `rate` more per second, up to `burst`. More may be spent
    than there is; then nothing may be spent until the debt is paid.
    """
    __slots__ = ("rate", "burst", "left", "at")
    shortest = 0.001  # seconds: a timer for less isn't worth its cost

    def __init__(self, rate, burst, now):
        self.rate = rate
        self.burst = self.left = burst
        self.at = now

    def spend(self, amount, now):
        """Takes this much, even if it isn't there. `now`: in seconds."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate) - amount
        self.at = now

    def take(self, now):
        """Spends 1; returns whether it was there."""
        self.spend(1, now)
        return self.left >= 0

    def wait(self, now):
        """Seconds until there is something to spend; 0 if there is."""
        if self.left >= 1:  # including what has come in since
            return 0
        self.spend(0, now)
        return 0 if self.left >= 1 else max((1 - self.left) / self.rate, self.shortest)

    def seconds_to_full(self, now):
        """Seconds until the burst is complete again."""
        self.spend(0, now)
        return (self.burst - self.left) / self.rate


class Unlimited:
    """The budget of a setting that is switched off."""

    def spend(self, amount, now):
        pass

    def take(self, now):
        return True

    def wait(self, now):
        return 0

    seconds_to_full = wait


def budget(limit, now):
    """`limit`: (rate, burst), or None for none."""
    return Unlimited() if limit is None else Budget(*limit, now)
