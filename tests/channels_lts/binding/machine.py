"""
Random work on real tables in random transactions, while replicas listen.
"""
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from channels_lts.binding import sequence

from .frames import Ear
from .replica import Replica

INDEX = st.integers(0, 9)


class Rollback(Exception):
    pass


def table(binding, group):
    """What a page that shows the group should hold."""
    rows = binding.queryset("default")
    found = {row.pk: binding().serialize_data(row) for row in rows
             if group in binding.group_names(row)}
    return {pk: json.loads(json.dumps(data, cls=DjangoJSONEncoder))
            for pk, data in found.items()}


class TransactionMachine(RuleBasedStateMachine):
    """
    Subclasses set `audiences`, pairs of a binding and one of its groups, and add rules that
    change rows. Whenever no transaction is open, each replica must equal its table.
    """

    audiences = []

    def __init__(self):
        super().__init__()
        self.clear()
        self.open = []
        self.is_holding = False
        self.ears = [self.ear(group) for _binding, group in self.audiences]
        self.replicas = [
            Replica(lambda pair=pair: table(*pair), sequence.current(pair[1]))
            for pair in self.audiences]

    def ear(self, group):
        return Ear(group)

    @precondition(lambda self: len(self.open) < 4)
    @rule(savepoint=st.booleans())
    def begin(self, savepoint):
        block = transaction.atomic(savepoint=savepoint)
        block.__enter__()
        self.open.append(block)

    @precondition(lambda self: self.open)
    @rule()
    def commit(self):
        self.open.pop().__exit__(None, None, None)

    @precondition(lambda self: self.open)
    @rule()
    def roll_back(self):
        """
        A block without a savepoint fails together with those around it, up to one that has one.
        """
        while self.open:
            block = self.open.pop()
            block.__exit__(Rollback, Rollback(), None)
            if block.savepoint:
                break

    @rule()
    def hold(self):
        """The frames of several transactions are on their way at once."""
        self.is_holding = True

    @precondition(lambda self: self.is_holding and not self.open)
    @rule(random=st.randoms(use_true_random=False))
    def deliver_in_any_order(self, random):
        self.is_holding = False
        for ear, replica in zip(self.ears, self.replicas):
            payloads = ear.payloads()
            random.shuffle(payloads)
            replica.receive(payloads)

    @precondition(lambda self: self.is_holding and not self.open)
    @rule(random=st.randoms(use_true_random=False))
    def lose_some(self, random):
        """Whatever a page misses, the number that it is sent from time to time reveals it."""
        self.is_holding = False
        for pair, ear, replica in zip(self.audiences, self.ears, self.replicas):
            payloads = ear.payloads()
            kept = [payload for payload in payloads if random.random() < 0.5]
            replica.receive(kept)
            replica.sync(sequence.current(pair[1]))
            assert replica.gaps or kept == payloads or "reload" in str(kept)
            replica.gaps = 0

    @invariant()
    def replicas_equal_their_tables(self):
        if self.open or self.is_holding:
            return
        for pair, ear, replica in zip(self.audiences, self.ears, self.replicas):
            replica.receive(ear.payloads())
            assert replica.gaps == 0, "a number was left out"
            assert replica.rows == table(*pair), pair

    def teardown(self):
        for block in reversed(self.open):
            block.__exit__(Rollback, Rollback(), None)
        self.clear()
        for ear in self.ears:
            ear.close()


def one_of(manager, index):
    """A row of the table as it is now, or None."""
    rows = list(manager.order_by("pk"))
    return rows[index % len(rows)] if rows else None
