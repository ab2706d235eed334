from collections import defaultdict

MOST = 500  # keys in a query: SQLite takes at most 999 parameters


class RelatedKeys:
    """
    The keys that rows of one model are related to by a ManyToManyField, with one query per
    relation. Django's prefetch_related creates a manager for each row and an instance for each key,
    and is ten times as slow.
    """

    def __init__(self, rows=()):
        self.rows = {row.pk: row for row in rows}
        self.found = {}

    def of(self, row, field):
        """The keys, in order. For a row that wasn't given, they are queried separately."""
        if row.pk is None:
            return []
        if row.pk not in self.rows:
            return sorted(related.pk for related in getattr(row, field.name).all())
        if field not in self.found:
            self.found[field] = self.read(field, row._state.db)
        return sorted(self.found[field].get(getattr(row, source_of(field).attname), ()))

    def read(self, field, using):
        keys = defaultdict(list)
        source = source_of(field)
        name = "%s__%s" % (field.related_query_name(), source.name)
        queryset = field.related_model._default_manager.using(using).order_by()
        values = [getattr(row, source.attname) for row in self.rows.values()]
        for start in range(0, len(values), MOST):
            pairs = queryset.filter(**{name + "__in": values[start:start + MOST]})
            for value, key in pairs.values_list(name, "pk"):
                keys[value].append(key)
        return keys


def source_of(field):
    """The field by which a relation knows its rows: not their key, if that is a child's own."""
    return field.model._meta.get_field(field.m2m_target_field_name())
