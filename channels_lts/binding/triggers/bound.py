"""
The tables whose rows bindings send, and what triggers record of them.
"""
from collections import defaultdict

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.binding.base import BindingMetaclass
from django.db import router

from ..base import Binding
from .old_rows import has_old_rows
from .parts import OwnersRows, OwnRows, ParentsRows


def load_bindings():
    """Imports the bindings that only the routing imports."""
    if DEFAULT_CHANNEL_LAYER in channel_layers:
        channel_layers[DEFAULT_CHANNEL_LAYER].router


def all_bindings():
    return [each for each in BindingMetaclass.binding_classes
            if issubclass(each, Binding) and each.model is not None
            and each.get_registered_models()]


def bindings_of(name):
    """The bindings that send the rows of a table."""
    return [each for each in all_bindings() if each.model._meta.db_table == name]


def parts_by_table(using):
    """{name of a table in the database: the parts that its triggers record}"""
    found = defaultdict(list)
    models = {each.model._meta.db_table: each.model for each in all_bindings()
              if each.has_triggers and router.allow_migrate_model(using, each.model)}
    for name, model in sorted(models.items()):
        bindings = bindings_of(name)
        found[name].append(own_rows(model, bindings))
        for table, part in related_rows(model, limit_of(bindings)):
            found[table].append(part)
    return dict(found)


def own_rows(model, bindings):
    keeps_old = has_old_rows(model) and not all(each.has_fixed_groups() for each in bindings)
    meta = model._meta
    return OwnRows(meta.db_table, meta.pk.column, keeps_old, limit_of(bindings))


def related_rows(model, limit):
    """(table, part) for the other tables whose rows are part of what is sent for the model."""
    meta = model._meta
    for relation in meta.many_to_many:
        through = relation.remote_field.through._meta
        owner = through.get_field(relation.m2m_field_name())
        yield through.db_table, OwnersRows(
            meta.db_table, meta.pk.column, owner.column, target_of(owner, meta), limit)
    for parent in meta.get_parent_list():
        if parent._meta.db_table != meta.db_table:
            yield parent._meta.db_table, ParentsRows(
                meta.db_table, meta.pk.column, parent._meta.pk.column, meta.pk.column, limit)


def target_of(owner, meta):
    """The column of the bound table that a foreign key holds: a child has its parent's key."""
    target = owner.target_field
    return meta.pk.column if target.primary_key else target.column


def limit_of(bindings):
    """
    How many rows of a statement are recorded one by one before a single entry stands for all; None
    where a binding couldn't notify its pages of unspecified rows.
    """
    if all(each.answers() and each.all_groups() for each in bindings):
        return min(each.max_rows for each in bindings)
    return None
