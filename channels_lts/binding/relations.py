"""
Which models' rows make up what a binding sends.

Models are known by label, not by class: a migration works on historical classes of its own, and
a proxy or a child writes to its parent's table.
"""
from collections import defaultdict

from django.apps import apps
from django.db import models

# Columns that the collector overwrites without a signal when the row they point at is deleted.
SILENT = (models.SET_NULL, models.SET_DEFAULT)

by_label = defaultdict(list)  # {label: what is tracked of its rows}
by_target = defaultdict(list)  # {label: foreign keys whose rows change when its rows go}


class TrackedRelation:
    """
    A row of a model concerns a row of `binding`: itself, or, in the through model of the
    many-to-many field `relation`, the row that owns the relation.
    """

    def __init__(self, binding, relation=None):
        self.binding = binding
        self.relation = relation

    def __eq__(self, other):
        return (self.binding, self.relation) == (other.binding, other.relation)

    @property
    def is_own(self):
        return self.relation is None

    @property
    def owner(self):
        """The through model's foreign key to the binding's row."""
        return self.relation.remote_field.through._meta.get_field(
            self.relation.m2m_field_name())

    @property
    def pointer(self):
        """The through model's foreign key to the row at the other end."""
        return self.relation.remote_field.through._meta.get_field(
            self.relation.m2m_reverse_field_name())

    @property
    def path(self):
        """The lookup that leads from a row to the key of the binding's row."""
        return self.binding.model._meta.pk.name if self.is_own else self.owner.name + "__pk"

    def pk_of(self, instance):
        if self.is_own:
            pk = getattr(instance, self.binding.model._meta.pk.attname)
            # A child made of a row that exists gets its inherited key only while it is saved.
            link = instance._meta.get_ancestor_link(self.binding.model)
            return getattr(instance, link.attname) if pk is None and link else pk
        if self.owner.target_field.primary_key:
            return getattr(instance, self.owner.attname)
        related = getattr(instance, self.owner.name)
        return related and related.pk

    def states(self, pks, using, read=False):
        """{key: RowChange.before} of the binding's rows as they are now."""
        pks = [pk for pk in pks if pk is not None]
        if self.binding.has_fixed_groups() and not read:
            return dict.fromkeys(pks, frozenset(self.binding.all_groups()) if self.is_own
                                 else None)
        rows = self.binding.rows(pks, using, lock=True) if pks else {}
        return {pk: frozenset(self.binding.group_names(rows[pk])) if pk in rows else frozenset()
                for pk in pks}


def track(binding, model):
    """Makes the changes of `model`, and of what its rows are made of, the binding's."""
    note(by_label[model._meta.label_lower], TrackedRelation(binding))
    track_silent_columns(model)
    for relation in model._meta.many_to_many:
        entry = TrackedRelation(binding, relation)
        through = relation.remote_field.through
        note(by_label[through._meta.label_lower], entry)
        track_silent_columns(through)
        if through._meta.auto_created:  # the collector deletes its rows without a signal
            note(by_target[related_label(entry.pointer)], entry.pointer)


def note(known, entry):
    if entry not in known:
        known.append(entry)


def track_silent_columns(model):
    for field in model._meta.concrete_fields:
        # SET(value) makes a function for each column, which nothing but its name gives away.
        on_delete = field.remote_field and getattr(field.remote_field, "on_delete", None)
        if on_delete in SILENT or getattr(on_delete, "__name__", "") == "set_on_delete":
            note(by_target[related_label(field)], field)


def related_label(field):
    return field.related_model._meta.concrete_model._meta.label_lower


def labels(model):
    """The labels of the models whose tables an instance of `model` has a row in."""
    return [base._meta.label_lower for base in model.__mro__
            if hasattr(base, "_meta") and not base._meta.abstract]


def is_historical(model):
    """Whether the class belongs to a migration: the table may lack columns at that moment."""
    return model._meta.apps is not apps


def tracked_relations(model):
    return [entry for label in labels(model) for entry in by_label.get(label, ())]


def pointers_to(model):
    """The foreign keys whose rows change silently when an instance of `model` is deleted."""
    return [field for label in labels(model) for field in by_target.get(label, ())]
