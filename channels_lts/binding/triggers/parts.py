"""
What a table's triggers record, each for one bound table.
"""
from .outbox import Operation
from .sql import quote


class OwnRows:
    """
    Records the rows of a bound table. `pk` is its key column; with `keeps_old`, updates also
    record the old row.
    """

    def __init__(self, bound, pk, keeps_old, limit):
        self.bound = bound
        self.pk = quote(pk)
        self.keeps_old = keeps_old
        self.limit = limit

    def sources(self, schema):
        """{event: SELECT of operation, pk and old}"""
        rows = "SELECT '%s' AS operation, r.%s AS pk, %s AS old FROM %s r"
        update = (
            "SELECT CASE WHEN o.{pk} IS NULL THEN 'I' WHEN n.{pk} IS NULL THEN 'D' ELSE 'U' END "
            "AS operation, coalesce(n.{pk}, o.{pk}) AS pk, CASE WHEN o.{pk} IS NOT NULL AND "
            "({keeps_old} OR n.{pk} IS NULL) THEN to_jsonb(o) END AS old "
            "FROM old_rows o FULL JOIN new_rows n ON n.{pk} = o.{pk}")
        return {
            "INSERT": rows % (Operation.INSERT, self.pk, "NULL::jsonb", "new_rows"),
            "UPDATE": update.format(pk=self.pk, keeps_old=str(self.keeps_old).lower()),
            "DELETE": rows % (Operation.DELETE, self.pk, "to_jsonb(r)", "old_rows"),
        }


class OwnersRows:
    """
    Records the rows of a bound table that a through model's rows belong to. `column` is the
    foreign key, `target` the bound table's column that it refers to.
    """

    def __init__(self, bound, pk, column, target, limit):
        self.bound = bound
        self.pk = quote(pk)
        self.column = quote(column)
        self.target = quote(target)
        self.limit = limit

    def sources(self, schema):
        # A deleted row has an entry of its own.
        owners = ("SELECT '%s' AS operation, b.%s AS pk, NULL::jsonb AS old FROM %s b "
                  "WHERE b.%s IN (%s)")
        keys = {
            "INSERT": "SELECT %s FROM new_rows" % self.column,
            "UPDATE": "SELECT {0} FROM new_rows UNION SELECT {0} FROM old_rows".format(
                self.column),
            "DELETE": "SELECT %s FROM old_rows" % self.column,
        }
        return {event: owners % (Operation.RELATION, self.pk, schema.qualified(self.bound),
                                 self.target, source)
                for event, source in keys.items()}


class ParentsRows(OwnersRows):
    """Records the rows of a bound child when inherited columns, in its parent's table, change."""

    def sources(self, schema):
        return {"UPDATE": super().sources(schema)["UPDATE"]}
