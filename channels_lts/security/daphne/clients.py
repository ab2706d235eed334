"""
State shared by the sockets of one client address.
"""
from channels_lts.conf import bound, settings

from ..addresses import client_network
from .budgets import budget
from .round_robin import RoundRobin
from .window import Window


class Client:
    """
    The budgets of one address, its frames waiting for workers, and a queue for those of its sockets
    that wait for either. `sockets` also counts those still connecting.
    """

    def __init__(self, clock, address=None, bytes_limit=None, frames_limit=None,
                 most_waiting=float("inf")):
        now = clock.seconds()
        self.clock = clock
        self.address = address
        self.bytes = budget(bytes_limit, now)
        self.frames = budget(frames_limit, now)
        self.window = Window(most_waiting)
        self.sockets = 0
        self.queue = RoundRobin(clock, self._wait)

    def spend(self, size, frames, now):
        """Counts bytes and frames that one of its sockets has sent."""
        self.bytes.spend(size, now)
        self.frames.spend(frames, now)

    def admits(self):
        """Whether a socket may continue at once, without overtaking others in the queue."""
        return not (self.queue.calls or self._wait())

    def used_up(self, now):
        """The setting that lets nothing more through for now, or None."""
        if self.bytes.wait(now):
            return "ADDRESS_BYTES"
        if self.frames.wait(now):
            return "ADDRESS_FRAMES"
        return "ADDRESS_FRAMES_WAITING" if self.window.wait() else None

    def _wait(self):
        now = self.clock.seconds()
        return max(self.bytes.wait(now), self.frames.wait(now), self.window.wait())

    def seconds_to_full(self, now):
        """Seconds until nothing needs to be remembered about it, if nothing arrives."""
        return max(self.bytes.seconds_to_full(now), self.frames.seconds_to_full(now),
                   self.window.seconds_to_empty(now))


class Clients:
    """
    The clients of this daphne by address. One without sockets is remembered until its budgets are
    full and nothing of it waits: reconnecting doesn't provide a fresh budget.
    """

    def __init__(self, clock):
        self.clock = clock
        self.by_address = {}
        self.expiring = set()  # clients without sockets, to be checked again

    def refuses_socket(self, address):
        """
        Why an address may open no more sockets, or None. Call it before `enter`. `address`: as
        known to daphne, or None.
        """
        most = settings.MAX_SOCKETS_PER_ADDRESS
        client = self.by_address.get(address and client_network(address))
        if most is None or client is None or client.sockets < most:
            return None
        return "%d sockets of one address (MAX_SOCKETS_PER_ADDRESS)" % most

    def enter(self, address):
        """The Client of a new socket; one without limits if daphne knows no address."""
        client = self._known(client_network(address)) if address else Client(self.clock)
        client.sockets += 1
        return client

    def _known(self, address):
        if address not in self.by_address:
            self.by_address[address] = Client(
                self.clock, address, settings.ADDRESS_BYTES, settings.ADDRESS_FRAMES,
                bound("ADDRESS_FRAMES_WAITING"))
        return self.by_address[address]

    def leave(self, client):
        """Call it once for each `enter`, when the socket is gone."""
        client.sockets -= 1
        if not client.sockets and client.address is not None and client not in self.expiring:
            self.expiring.add(client)
            self._expire(client)

    def _expire(self, client):
        seconds = client.seconds_to_full(self.clock.seconds())
        if client.sockets:
            self.expiring.discard(client)
        elif seconds:
            self.clock.callLater(seconds, self._expire, client)
        else:
            self.expiring.discard(client)
            del self.by_address[client.address]
