from ..layers.redis.outage import Outage
from ..redis.backoff import backoff


class WorkerOutage(Outage):
    """Adds a wait that the stop event interrupts. The threads of a process share one."""
    shortest, longest = 0.2, 1.0  # seconds between two attempts

    def __init__(self, name, stop_event):
        """`name`: the server, for a log (without its password)."""
        super().__init__(name)
        self.stop_event = stop_event
        self.attempt = 0

    @property
    def is_on(self):
        return self.since is not None

    def wait(self, error):
        """Waits before the next attempt, because the last one raised the error."""
        self.attempt = self.attempt + 1 if self.is_on else 0
        self.begin(error)
        self.stop_event.wait(backoff(self.attempt, self.shortest, self.longest))
