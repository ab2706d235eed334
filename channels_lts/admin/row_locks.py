"""
Locks that keep rows unchanged until the commit.
"""
from itertools import groupby

from django.db import connections, models, router


def written_to(queryset):
    """The alias of the database the rows are saved to."""
    return queryset._db or router.db_for_write(queryset.model)


def has_row_locks(using):
    """SQLite has none: a transaction that has read what has since changed is refused its writes."""
    return connections[using].features.has_select_for_update


def lock(rows):
    """Locks these instances' rows, always in the same order."""
    for (_, using), found in groupby(sorted(rows, key=table_of), key=table_of):
        found = list(found)
        lock_keys(type(found[0]), [row.pk for row in found], using)


def lock_keys(model, pks, using):
    """Locks the rows with these keys, where the database supports it."""
    if has_row_locks(using):
        plain = models.QuerySet(model, using=using).filter(pk__in=pks)  # managers may join
        list(plain.order_by("pk").select_for_update().values_list("pk"))


def table_of(row):
    """(label, alias of the database it is saved to)"""
    return row._meta.label, router.db_for_write(type(row), instance=row)
