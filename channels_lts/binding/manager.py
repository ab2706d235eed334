"""
Managers that notify bindings of bulk changes, for which Django sends no signals.
"""
from django.db import models, transaction

from .changes import Changes
from .relations import is_historical, tracked_relations
from .selection import Selection, note_unknown


class BoundQuerySet(models.QuerySet):
    """
    A QuerySet that notifies the bindings of changes by update, bulk_create and _raw_delete. All
    other changes go through save and delete, whose signals the bindings receive.
    """

    def update(self, **kwargs):
        self._for_write = True
        if not tracked_relations(self.model) or not self.query.can_filter():
            return super().update(**kwargs)
        selection = Selection(self)
        self.prepare(selection, kwargs)
        if selection.is_known:
            count = self.update_selected(selection.pks, kwargs)
        else:
            count = super().update(**kwargs)
        selection.note()
        return count
    update.alters_data = True

    def prepare(self, selection, values):
        """Adds to the selection the rows that the new `values` point to."""
        if "pk" in values or self.model._meta.pk.name in values:
            selection.is_known = False
        for entry in selection.tracked:
            if entry.relation is None:
                continue
            for name in {entry.owner.name, entry.owner.attname} & set(values):
                if hasattr(values[name], "resolve_expression"):
                    selection.is_known = False
                elif selection.is_known:
                    selection.add(entry, [getattr(values[name], "pk", values[name])])

    def update_selected(self, pks, values):
        """
        Updates only these rows: a row that another transaction has just made match would change
        without a frame.
        """
        size = 500  # SQLite takes at most 999 parameters in a query
        parts = [pks[start:start + size] for start in range(0, len(pks), size)] or [[]]
        if len(parts) == 1:
            return models.QuerySet.update(self.filter(pk__in=pks), **values)
        with transaction.atomic(using=self.db, savepoint=False):
            return sum(models.QuerySet.update(self.filter(pk__in=part), **values)
                       for part in parts)

    def bulk_create(self, objs, batch_size=None):
        objs = list(objs)
        self._for_write = True
        tracked = tracked_relations(self.model)
        owners = [(entry.binding, entry.states({entry.pk_of(obj) for obj in objs}, self.db))
                  for entry in tracked
                  if not entry.is_own and not is_historical(self.model)]
        made = super().bulk_create(objs, batch_size)
        self.note_created(objs, tracked, owners)
        return made

    def note_created(self, objs, tracked, owners):
        changes = Changes.current(self.db)
        if is_historical(self.model):
            return note_unknown(changes, tracked)
        for binding, states in owners:
            changes.add(binding, states)
        for entry in tracked:
            if entry.is_own and all(obj.pk is not None for obj in objs):
                changes.add(entry.binding, {entry.pk_of(obj): frozenset() for obj in objs})
            elif entry.is_own:  # this database doesn't return the keys
                changes.add_unknown(entry.binding, {
                    group for obj in objs for group in entry.binding.group_names(obj)})

    def _raw_delete(self, using):
        selection = Selection(self.using(using))
        count = super()._raw_delete(using)
        selection.note()
        return count
    _raw_delete.alters_data = True


class BoundManager(models.Manager.from_queryset(BoundQuerySet)):
    """
    The manager of a model with a binding:

        objects = BoundManager()

        class Meta:
            base_manager_name = "objects"  # related managers add and remove rows through it
    """

    use_in_migrations = True
