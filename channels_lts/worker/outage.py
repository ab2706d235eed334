import random

from ..layers.redis import outage


class Outage(outage.Outage):
    """Adds a wait that the end of the shift cuts short. The threads of a process share one."""
    shortest, longest = 0.2, 1.0  # seconds between two attempts; random, so that workers spread

    def __init__(self, shift, name):
        super().__init__(name)
        self.shift = shift

    @property
    def is_on(self):
        return self.since is not None

    def wait(self, error):
        """Waits before the next attempt, because the last one raised the error."""
        self.begin(error)
        self.shift.wait(random.uniform(self.shortest, self.longest))


class DatabaseOutage(Outage):
    server = "The %s database"
