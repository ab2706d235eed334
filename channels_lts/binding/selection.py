"""
The bound rows in a queryset.
"""
from .changes import Changes
from .relations import is_historical, tracked_relations


class Selection:
    """
    The rows `queryset` is about to change, read beforehand: at most one row more than any of the
    bindings sends one by one. A binding whose groups depend on the row needs them all.
    """

    def __init__(self, queryset):
        self.model = queryset.model
        self.using = queryset.db
        self.tracked = tracked_relations(self.model)
        self.is_known = not is_historical(self.model)
        self.pks = []
        self.states = []
        if self.tracked and self.is_known:
            self.read(queryset)

    @property
    def limit(self):
        bindings = [entry.binding for entry in self.tracked]
        if all(binding.has_fixed_groups() for binding in bindings):
            return max(binding.max_rows for binding in bindings)

    def read(self, queryset):
        paths = [entry.path for entry in self.tracked]
        stop = None if self.limit is None else self.limit + 1
        keys = queryset.order_by().values_list("pk", *paths)
        keys.query.select_for_update = False  # an update ignores it, outside of transactions too
        rows = list(keys[:stop])
        if stop is not None and len(rows) == stop:
            self.is_known = False
            return
        self.pks = [row[0] for row in rows]
        for index, entry in enumerate(self.tracked, 1):
            self.add(entry, {row[index] for row in rows})

    def add(self, entry, pks):
        """Notes that the rows `pks`, which `entry` leads to, will change as well."""
        self.states.append((entry.binding, entry.states(pks, self.using)))

    def note(self):
        """Call it after the change."""
        changes = Changes.current(self.using)
        if self.is_known:
            for binding, states in self.states:
                changes.add(binding, states)
        else:
            note_unknown(changes, self.tracked)


def note_unknown(changes, tracked):
    for entry in tracked:
        changes.add_unknown(entry.binding)
