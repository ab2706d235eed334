"""
Rows as they were before a change.
"""
from .outbox import Operation
from .sql import quote

ROWS = ("SELECT r.* FROM jsonb_array_elements(%%s::jsonb) WITH ORDINALITY AS e(value, number), "
        "LATERAL jsonb_populate_record(NULL::%s, e.value) AS r ORDER BY e.number")


def has_old_rows(model):
    """Whether a table row is the complete instance: a child's parents are in other tables."""
    return not model._meta.concrete_model._meta.parents


def old_instances(model, using, entries):
    """{entry id: instance} for the entries that contain the old row."""
    entries = [entry for entry in entries if entry.old is not None]
    if not entries or not has_old_rows(model):
        return {}
    rows = model._base_manager.using(using).raw(
        ROWS % quote(model._meta.db_table), ["[%s]" % ",".join(each.old for each in entries)])
    return {entry.id: instance for entry, instance in zip(entries, rows)}


def first_by_pk(entries):
    """{key as text: the first entry, which has the original state}"""
    found = {}
    for entry in entries:
        if entry.operation not in (Operation.RELATION, Operation.MANY):
            found.setdefault(entry.pk, entry)
    return found


def groups_before(binding, entry, instances):
    """
    The groups that a row was in before the entry's change, empty if the row didn't exist; None if
    the entry doesn't say. `instances` as returned by old_instances.
    """
    if entry.operation == Operation.INSERT:
        return frozenset()
    if binding.has_fixed_groups():
        return frozenset(binding.all_groups())
    if entry.id in instances:
        return frozenset(binding.group_names(instances[entry.id]))
    return None
