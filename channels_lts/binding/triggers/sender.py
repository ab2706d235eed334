"""
Sends frames for the entries of the outbox.
"""
import logging
from itertools import groupby

from django.db import InterfaceError, OperationalError, ProgrammingError
from redis.exceptions import RedisError

from ..changes import Deletion, TableChanges
from .bound import bindings_of
from .old_rows import first_by_pk, groups_before, old_instances
from .outbox import Operation

logger = logging.getLogger(__name__)

# Errors that pass by themselves, or after a migration.
AWAY = (OperationalError, InterfaceError, ProgrammingError)


def send(using, entries, numbers):
    """
    Sends what these entries report: a frame for each row and group, or a `reload` as bindings send
    it for many, with `numbers`, BatchNumbers of these entries. Raises RedisError and AWAY; the
    entries may then be sent again.
    """
    by_table = sorted(entries, key=lambda entry: (entry.table, entry.id))
    for name, found in groupby(by_table, key=lambda entry: entry.table):
        found = list(found)
        for binding in bindings_of(name):
            send_or_lose(TableEntries(binding, using, found, numbers))


def send_or_lose(entries):
    """
    What the project's code can't serialize now it can't serialize later: it mustn't block the rest.
    """
    try:
        entries.send()
    except (RedisError,) + AWAY:
        raise
    except Exception:
        logger.exception("%s: frames were lost", entries.binding.__name__)
        entries.table.mark_gap()


class TableEntries:
    """The entries of a binding's table, in order."""

    def __init__(self, binding, using, entries, numbers):
        self.binding = binding
        self.using = using
        self.entries = entries
        self.numbers = numbers
        self.table = TableChanges(binding)
        self.to_python = binding.model._meta.pk.to_python

    def send(self):
        if any(entry.operation == Operation.MANY for entry in self.entries):
            self.add_unknown()
        instances = old_instances(self.binding.model, self.using, self.entries)
        own = first_by_pk(self.entries)
        unsure = [entry.pk for entry in self.entries if entry.pk and entry.pk not in own]
        for entry in self.entries:
            if entry.pk in own:
                unsure += self.add(entry, own[entry.pk], instances)
        self.add_existing(unsure)
        self.table.send(self.using, self.table.rows, self.numbers)

    def add_unknown(self):
        if not self.binding.all_groups():
            logger.error("%s: many rows of %s changed, and all_groups returns no group to notify",
                         self.binding.__name__, self.binding.model._meta.db_table)
        elif self.binding.answers():
            self.table.add_unknown()

    def add(self, entry, first, instances):
        """Notes a row; returns [its key] if the groups it was in aren't known."""
        before = groups_before(self.binding, first, instances)
        is_deletion = entry.operation == Operation.DELETE
        if before is None and not is_deletion:
            return [entry.pk]
        deletion = None
        if is_deletion and entry.id in instances:
            deletion = Deletion(self.binding, instances[entry.id])
        self.table.add(self.to_python(entry.pk), before, deletion, None)
        return []

    def add_existing(self, pks):
        """Notes rows of which only relations changed: they stay in the groups they are in."""
        pks = {self.to_python(pk) for pk in pks} - set(self.table.rows)
        for pk, row in self.binding.rows(pks, self.using).items():
            self.table.add(pk, frozenset(self.binding.group_names(row)), None, None)
