"""
The bound rows behind a queryset.
"""
from .changes import Changes
from .relations import is_historical, watches_of


class Selection(object):
    """
    What `queryset` is about to change, read before it does so: at most one more row than any of
    the bindings sends one by one. A binding whose groups depend on the row needs them all.
    """

    def __init__(self, queryset):
        self.model = queryset.model
        self.using = queryset.db
        self.watches = watches_of(self.model)
        self.is_known = not is_historical(self.model)
        self.pks = []
        self.states = []
        if self.watches and self.is_known:
            self.read(queryset)

    @property
    def limit(self):
        bindings = [watch.binding for watch in self.watches]
        if all(binding.has_fixed_groups() for binding in bindings):
            return max(binding.max_rows for binding in bindings)

    def read(self, queryset):
        paths = [watch.path for watch in self.watches]
        stop = None if self.limit is None else self.limit + 1
        keys = queryset.order_by().values_list("pk", *paths)
        keys.query.select_for_update = False  # an update ignores it, outside of transactions too
        rows = list(keys[:stop])
        if stop is not None and len(rows) == stop:
            self.is_known = False
            return
        self.pks = [row[0] for row in rows]
        for index, watch in enumerate(self.watches, 1):
            self.add(watch, {row[index] for row in rows})

    def add(self, watch, pks):
        """The watch's row `pks` will change as well."""
        self.states.append((watch.binding, watch.states(pks, self.using)))

    def note(self):
        """To be called after the change."""
        changes = Changes.current(self.using)
        if self.is_known:
            for binding, states in self.states:
                changes.add(binding, states)
        else:
            note_unknown(changes, self.watches)


def note_unknown(changes, watches):
    for watch in watches:
        changes.add_unknown(watch.binding)
