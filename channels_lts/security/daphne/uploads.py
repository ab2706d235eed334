"""
How much of large bodies may wait.
"""
from collections import Counter

from ..addresses import client_network


class UploadBudget:
    """Bytes of large bodies being received or waiting for their answer, in total and per client."""

    def __init__(self, limits):
        self.limits = limits
        self.waiting = 0
        self.waiting_of = Counter()

    def take(self, client, amount):
        """Whether a client may have `amount` more bytes waiting; if so, they are counted."""
        if (self.waiting + amount > self.limits.MAX_WAITING_BYTES or
                self.waiting_of[client] + amount > self.limits.MAX_WAITING_BYTES_PER_ADDRESS):
            return False
        self.waiting += amount
        self.waiting_of[client] += amount
        return True

    def give_back(self, client, amount):
        """Call it for what `take` has granted, when it no longer waits."""
        self.waiting -= amount
        self.waiting_of[client] -= amount
        if not self.waiting_of[client]:
            del self.waiting_of[client]


class Upload:
    """One body's part of a budget: nothing while it is small."""

    def __init__(self, budget, address):
        self.budget = budget
        self.address = address
        self.held = 0

    def hold(self, size):
        """Whether a body may have reached `size` bytes."""
        more = size - self.held
        if size <= self.budget.limits.LARGE_BODY or more <= 0:
            return True
        if not self.budget.take(client_network(self.address), more):
            return False
        self.held = size
        return True

    def release(self):
        """Call it when the request is answered or lost; repeating it does no harm."""
        if self.held:
            self.budget.give_back(client_network(self.address), self.held)
            self.held = 0
