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

by_label = defaultdict(list)  # {label: what is tracked for its rows}
by_target = defaultdict(list)  # {label: foreign keys whose rows change when a row of it is deleted}


class TrackedRelation:
    """
    A row of a model concerns a row of `binding`: itself; or, in the through model of the
    many-to-many field `relation`, the row that owns the relation; or, in the table of an
    `ancestor` that the binding's model inherits from, the row that extends it.
    """

    def __init__(self, binding, relation=None, ancestor=None):
        self.binding = binding
        self.relation = relation
        self.ancestor = ancestor

    def __eq__(self, other):
        return (self.binding, self.relation, self.ancestor) == (
            other.binding, other.relation, other.ancestor)

    @property
    def is_own(self):
        return self.relation is None and self.ancestor is None

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
    def model(self):
        """The model whose keys `path` and `pk_of` give: the binding's, or the ancestor."""
        return self.ancestor or self.binding.model

    @property
    def path(self):
        """The lookup that leads from a row to the key of the model's row."""
        return self.model._meta.pk.name if self.relation is None else self.owner.name + "__pk"

    def pk_of(self, instance):
        if self.relation is None:
            pk = getattr(instance, self.model._meta.pk.attname)
            # A child created for an existing parent row gets its key only while it is saved.
            link = instance._meta.get_ancestor_link(self.model)
            return getattr(instance, link.attname) if pk is None and link else pk
        if self.owner.target_field.primary_key:
            return getattr(instance, self.owner.attname)
        related = getattr(instance, self.owner.name)
        return related and related.pk

    def states(self, pks, using, read=False):
        """{key: RowChange.before} of the binding's rows as they are now."""
        pks = [pk for pk in pks if pk is not None]
        if self.ancestor:
            pks = self.continued(pks, using)
        if self.binding.has_fixed_groups() and not read:
            return dict.fromkeys(pks, frozenset(self.binding.all_groups()) if self.is_own
                                 else None)
        rows = self.binding.rows(pks, using, lock=True) if pks else {}
        return {pk: frozenset(self.binding.group_names(rows[pk])) if pk in rows else frozenset()
                for pk in pks}

    def continued(self, pks, using):
        """The keys of the binding's rows that extend the ancestor's rows with these keys."""
        lookup = ancestors(self.binding.model)[self.ancestor] + "__in"
        rows = self.binding.model._base_manager.using(using).order_by()
        size = 500  # SQLite takes at most 999 parameters in a query
        return [pk for start in range(0, len(pks), size) for pk in rows.filter(
            **{lookup: pks[start:start + size]}).values_list("pk", flat=True)]


def ancestors(model):
    """
    {class: the lookup from the model to its rows} for the classes whose tables store part of a row.
    """
    found = {}
    for parent, link in model._meta.concrete_model._meta.parents.items():
        found[parent] = link.name
        for ancestor, path in ancestors(parent).items():
            found[ancestor] = "%s__%s" % (link.name, path)
    return found


def track(binding, model):
    """Makes the binding track `model`, and everything its rows consist of."""
    concrete = model._meta.concrete_model
    note(by_label[concrete._meta.label_lower], TrackedRelation(binding))
    for ancestor in ancestors(model):
        note(by_label[ancestor._meta.label_lower], TrackedRelation(binding, ancestor=ancestor))
    track_silent_columns(model)
    for relation in model._meta.many_to_many:
        is_inherited = relation.model in ancestors(model)
        entry = TrackedRelation(binding, relation, relation.model if is_inherited else None)
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
        # SET(value) makes a function for each column, recognizable only by its name.
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
    """Without ancestors' entries for a binding that the model's own rows belong to."""
    found = [entry for label in labels(model) for entry in by_label.get(label, ())]
    own = [entry.binding for entry in found if entry.is_own]
    return [entry for entry in found
            if entry.is_own or entry.relation or entry.binding not in own]


def pointers_to(model):
    """The foreign keys whose rows change silently when an instance of `model` is deleted."""
    return [field for label in labels(model) for field in by_target.get(label, ())]
