import random

from ..layers.redis.outage import Outage


class WorkerOutage(Outage):
    """Adds a wait that the stop event cuts short. The threads of a process share one."""
    shortest, longest = 0.2, 1.0  # seconds between two attempts; random, so that workers spread

    def __init__(self, name, stop_event):
        """`name`: the server, fit for a log (without its password)."""
        super().__init__(name)
        self.stop_event = stop_event

    @property
    def is_on(self):
        return self.since is not None

    def wait(self, error):
        """Waits before the next attempt, because the last one raised the error."""
        self.begin(error)
        self.stop_event.wait(random.uniform(self.shortest, self.longest))
