"""
What one transaction changed, and what of it was committed.

The Changes of a transaction are the first entry in the connection's own list of on-commit
functions: they begin and end with the transaction, in the thread that runs it. Each set of open
savepoints has a Batch on that list, so Django itself drops those that are rolled back.
"""
import copy
import logging
from collections import Counter

from channels.binding.base import DELETE
from django.db import connections, transaction

from .. import outages
from . import actor, sequence
from .triggers.claim import claim

logger = logging.getLogger(__name__)


class Deletion:
    """A row about to be deleted: a copy of the instance, and the payload that announces it."""

    def __init__(self, binding, instance):
        self.instance = copy.copy(instance)
        if binding.model._meta.proxy and not isinstance(instance, binding.model):
            self.instance.__class__ = binding.model  # whose methods the binding knows
        # Serialized now, while the row has its relations and its key.
        self.payload = binding().serialize(self.instance, DELETE)


class RowChange:
    """
    What a transaction did to a row. `before`: the groups that the row was in when the transaction
    began (empty: the row didn't exist), or None while that isn't known for certain.
    """

    def __init__(self, before):
        self.before = before
        self.deletion = None
        self.signal_kwargs = {}  # of the last save
        self.user = None  # the last one known to have changed it
        self.is_sent = False

    @property
    def may_never_have_been(self):
        """Whether the row was created and deleted again, so that perhaps nobody knows of it."""
        return self.before == frozenset() and self.deletion is not None

    def groups_before(self, binding):
        return set(binding.all_groups()) if self.before is None else set(self.before)

    def begin_with(self, before):
        """Takes better knowledge of where the row was."""
        self.before = before


class TableChanges:
    """What a transaction did to the rows of a binding's model."""

    def __init__(self, binding):
        self.binding = binding
        self.rows = {}
        self.other_groups = set()  # of unspecified rows
        self.must_reload = False
        self.is_sent = False

    def add(self, pk, before, deletion, signal_kwargs):
        change = self.rows.setdefault(pk, RowChange(before))
        if change.before is None:
            change.before = before
        change.deletion = deletion or change.deletion
        change.signal_kwargs = signal_kwargs or change.signal_kwargs
        user = actor.current()
        change.user = change.user if user is None else user
        if len(self.rows) > self.binding.max_rows and self.binding.answers():
            self.must_reload = True

    def add_unknown(self, groups=()):
        """Notes unspecified rows, in these groups at least."""
        self.must_reload = True
        self.other_groups.update(groups)

    def send(self, using, pks, numbers=sequence.fresh):
        """Sends what is new in a batch: rows of another surviving batch may be among them."""
        if self.must_reload:
            if not self.is_sent:
                self.is_sent = True
                self.binding.send_reload(self.groups(using), numbers)
            return
        changed = {pk: self.rows[pk] for pk in pks if not self.rows[pk].is_sent}
        for change in changed.values():
            change.is_sent = True
        self.binding.send_rows(using, changed, numbers)

    def groups(self, using):
        """Every group that may show one of the rows."""
        groups = self.groups_before()
        if not self.binding.has_fixed_groups():
            for row in self.binding.rows(self.rows, using).values():
                groups.update(self.binding.group_names(row))
        return groups

    def mark_gap(self):
        """Makes the next frames of its groups show that some were lost."""
        sequence.mark_gap({self.binding.numbered_by(group) for group in self.groups_before()})

    def groups_before(self):
        return set(self.binding.all_groups()).union(self.other_groups, *(
            change.groups_before(self.binding) for change in self.rows.values()))


class Batch:
    """The changes within one set of open savepoints; Django calls it if they are committed."""

    def __init__(self, changes):
        self.changes = changes
        self.pks = {}  # {binding: {key: None}}, a dict for its order

    def __call__(self):
        changed = {self.changes.tables[binding]: pks for binding, pks in self.pks.items()}
        claimed = claim(self.changes.using, changed)
        for table, pks in changed.items():
            try:
                left = claimed.left(table, pks)
                if left is not None:
                    table.send(self.changes.using, left)
            except Exception as error:
                # The rows are saved: an error here would turn that into a failed request.
                logger.error("%s: frames were lost", table.binding.__name__,
                             exc_info=outages.kind_of(error) is None)
                table.mark_gap()


class Changes:
    """What the current transaction of a database has changed, by binding."""

    def __init__(self, using):
        self.using = using
        self.tables = {}
        self.batches = {}
        self.reads = Counter()

    @classmethod
    def current(cls, using):
        """The Changes of the open transaction, or new ones for a single change."""
        connection = connections[using]
        if not connection.in_atomic_block:
            return cls(using)
        for _savepoints, function in connection.run_on_commit:
            if isinstance(function, cls):
                return function
        changes = cls(using)
        # In no savepoint, so that rollbacks keep it; first, so that it is found at once.
        connection.run_on_commit.insert(0, (set(), changes))
        return changes

    def __call__(self):
        """Django calls every on-commit function; the batches after this one do the work."""

    def is_full(self, binding):
        """Whether noting more rows of the binding wouldn't change what is sent."""
        table = self.tables.get(binding)
        return table is not None and table.must_reload and binding.has_fixed_groups()

    def may_read(self, key, binding):
        """
        Whether one more single-row query is within the limit; counted for each `key`. A binding
        whose groups depend on the row has to read them all.
        """
        self.reads[key] += 1
        return not binding.has_fixed_groups() or (
            self.reads[key] <= binding.max_rows and not self.is_full(binding))

    def add(self, binding, states, deletion=None, signal_kwargs=None):
        """Notes rows: `states` maps their keys to RowChange.before."""
        table = self.tables.setdefault(binding, TableChanges(binding))
        if self.is_full(binding):
            states = {}
        for pk, before in states.items():
            table.add(pk, before, deletion, signal_kwargs)
        self.add_to_batch(binding, states)

    def add_unknown(self, binding, groups=()):
        """
        Notes that unspecified rows changed, in these groups at least. Pages that don't know
        `reload` aren't notified, as with channels.
        """
        if not binding.answers():
            return
        table = self.tables.setdefault(binding, TableChanges(binding))
        table.add_unknown(groups)
        self.add_to_batch(binding, {})

    def add_to_batch(self, binding, pks):
        connection = connections[self.using]
        key = frozenset(connection.savepoint_ids)
        batch = self.batches.get(key) or Batch(self)
        batch.pks.setdefault(binding, {}).update(dict.fromkeys(pks))
        if key in self.batches:
            return
        if connection.in_atomic_block:
            self.batches[key] = batch
            self.put_on_list(batch, connection)
        else:
            transaction.on_commit(batch, using=self.using)  # calls it

    def put_on_list(self, batch, connection):
        """
        After the other batches and before everybody else's functions: Django stops calling them
        after one that raises, and the frames would be lost without a gap in their numbers.
        """
        functions = [function for _savepoints, function in connection.run_on_commit]
        index = functions.index(self) + 1
        while index < len(functions) and isinstance(functions[index], Batch):
            index += 1
        connection.run_on_commit.insert(index, (set(connection.savepoint_ids), batch))
