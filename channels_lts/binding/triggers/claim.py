"""
What a Django process takes out of the outbox after a commit, because it sends it itself.
"""
import logging
from collections import defaultdict

from django.db import Error, connections

from ...conf import settings
from .old_rows import first_by_pk, groups_before, old_instances
from .outbox import Outbox, State

logger = logging.getLogger(__name__)


def may_claim(using):
    """Whether triggers may have recorded what this process has just committed."""
    connection = connections[using]
    return (settings.BINDING_TRIGGERS and connection.vendor == "postgresql"
            and not connection.in_atomic_block)


def claim(using, changed):
    """
    The Claim for what a commit changed: `changed` maps changes.TableChanges to keys of rows. It is
    empty without an outbox, or if that can't be reached: then this process sends everything.
    """
    if not may_claim(using):
        return Claim(using, [])
    whole = whole_tables(changed)
    keys = [(table_of(table), str(pk)) for table, pks in changed.items()
            if table_of(table) not in whole for pk in pks]
    try:
        return Claim(using, Outbox(using).claim(keys, whole))
    except Error as error:
        logger.error("The triggers' outbox can't be read, so the listener may repeat some frames: "
                     "%s", str(error).split("\n")[0])
        return Claim(using, [])


def table_of(table):
    return table.binding.model._meta.db_table


def whole_tables(changed):
    """
    The tables whose pages will all fetch them again: nothing else needs to be sent for what this
    transaction did there.
    """
    tables = {table_of(table) for table in changed}
    return tables - {table_of(table) for table in changed
                     if not table.must_reload or not table.binding.has_fixed_groups()}


class Claim:
    """`found`: as Outbox.claim returns it."""

    def __init__(self, using, found):
        self.using = using
        self.entries = defaultdict(list)  # for this process to send
        self.own = defaultdict(set)  # {table or (table, key): states} of this transaction's entries
        for entry, is_own in found:
            if entry.state == State.LIVE:
                self.entries[entry.table].append(entry)
            if is_own:
                self.own[entry.table].add(entry.state)
                self.own[entry.table, entry.pk].add(entry.state)

    def is_told(self, key):
        """
        Whether a listener was faster and has what the triggers recorded of this transaction. What
        they didn't record, nobody else sends.
        """
        return bool(self.own[key]) and State.LIVE not in self.own[key]

    def left(self, table, pks):
        """
        The keys that this process has to send, or None for a table that was already sent. Corrects
        the transaction's knowledge from the entries: changes by others that are sent along, and raw
        SQL that ran before the ORM.
        """
        name = table_of(table)
        if not table.must_reload or not table.binding.has_fixed_groups():
            self.correct(table)
        if table.must_reload:
            return None if self.is_told(name) and not self.entries[name] else pks
        return [pk for pk in pks if not self.is_told((name, str(pk)))]

    def correct(self, table):
        entries = first_by_pk(self.entries[table_of(table)])
        instances = old_instances(table.binding.model, self.using, entries.values())
        for pk, change in table.rows.items():
            entry = entries.get(str(pk))
            before = entry and groups_before(table.binding, entry, instances)
            if before is not None:
                change.begin_with(before)
