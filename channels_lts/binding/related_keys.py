from collections import defaultdict

MOST = 500  # keys in a query: SQLite takes at most 999 parameters


class RelatedKeys:
    """
    The keys that rows of one model are related to by a ManyToManyField, with one query per
    relation. Django's prefetch_related creates a manager for each row and an instance for each key,
    and is ten times as slow.
    """

    def __init__(self, rows=()):
        self.pks = {row.pk for row in rows}
        self.found = {}

    def of(self, row, field):
        """The keys, in order. For a row that wasn't given, they are queried separately."""
        if row.pk is None:
            return []
        if row.pk not in self.pks:
            return sorted(related.pk for related in getattr(row, field.name).all())
        if field not in self.found:
            self.found[field] = self.read(field, row._state.db)
        return sorted(self.found[field].get(row.pk, ()))

    def read(self, field, using):
        keys = defaultdict(list)
        name = "%s__pk" % field.related_query_name()
        queryset = field.related_model._default_manager.using(using).order_by()
        pks = list(self.pks)
        for start in range(0, len(pks), MOST):
            pairs = queryset.filter(**{name + "__in": pks[start:start + MOST]})
            for pk, key in pairs.values_list(name, "pk"):
                keys[pk].append(key)
        return keys
