"""
Counts the connections of each address.
"""
from collections import Counter

from ..addresses import client_network


class Connections:
    """Connections that aren't sockets, which are counted separately."""

    def __init__(self, most):
        """`most`: per address; connections without an address aren't counted."""
        self.most = most
        self.of_network = Counter()

    def acquire(self, address):
        """The Slot of a new connection, or None if the address has reached its maximum."""
        network = client_network(address) if address else None
        if network is not None:
            if self.of_network[network] >= self.most:
                return None
            self.of_network[network] += 1
        return Slot(self, network)

    def release(self, network):
        """Called by a Slot, once."""
        self.of_network[network] -= 1
        if not self.of_network[network]:
            del self.of_network[network]


class Slot:
    """One connection's share of its address's allowance."""

    def __init__(self, connections, network):
        self.connections = connections
        self.network = network

    def release(self):
        """Call it when the connection ends; repeating it does no harm."""
        if self.network is not None:
            self.connections.release(self.network)
            self.network = None
