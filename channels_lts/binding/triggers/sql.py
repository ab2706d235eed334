"""
The SQL of the outbox and of the triggers that fill it.

A trigger sees a whole statement (PostgreSQL 10's transition tables), so a change of many rows
costs one more INSERT. Its function belongs to who installs it (SECURITY DEFINER): other programs
write the bound tables by roles that have no right to the outbox.
"""
from django.db.backends.utils import truncate_name

from .outbox import CHANNEL, ORM, TABLE, XACT, Operation

PREFIX = "channels_lts_"
LONGEST_NAME = 63  # bytes, of PostgreSQL's identifiers

OUTBOX = """\
CREATE TABLE IF NOT EXISTS {outbox} (
    id bigserial PRIMARY KEY,
    xact bigint NOT NULL,  -- the transaction that made the change
    by_orm boolean NOT NULL,  -- whether a Django process did, which may tell of it itself
    tbl text NOT NULL,  -- the bound table
    operation text NOT NULL,  -- "I", "U", "D", "R": a relation of the row; "M": many rows
    pk text,  -- null for many rows
    old jsonb,  -- the row as it was, where a listener needs it
    state smallint NOT NULL DEFAULT 0,  -- 0: to be told; 1: being told; 2: told
    noted timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS {index} ON {outbox} (tbl, pk);
"""

FUNCTION = """\
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $channels_lts${body}$channels_lts$;
"""

BODY = """
DECLARE
    by_orm boolean := coalesce(current_setting('{orm}', true), '') = 'on';
    is_noted boolean := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
{insert}
    ELSIF TG_OP = 'UPDATE' THEN
{update}
    ELSIF TG_OP = 'DELETE' THEN
{delete}
    ELSE
{truncate}
    END IF;
    IF is_noted AND by_orm THEN
        PERFORM set_config('{xact}', txid_current()::text, false);
    ELSIF is_noted THEN
        PERFORM pg_notify('{channel}', '');
    END IF;
    RETURN NULL;
END"""

NOTE_ROWS = """\
        INSERT INTO {outbox} (xact, by_orm, tbl, operation, pk, old)
            SELECT txid_current(), by_orm, {bound}, s.operation, s.pk::text, s.old
            FROM ({source}) s;
        is_noted := is_noted OR FOUND;"""

NOTE_MANY = """\
        INSERT INTO {outbox} (xact, by_orm, tbl, operation)
            VALUES (txid_current(), by_orm, {bound}, 'M');
        is_noted := true;"""

BOUNDED = """\
        IF (SELECT count(*) FROM (SELECT FROM ({source}) s LIMIT {limit} + 1) s) > {limit} THEN
{many}
        ELSE
{rows}
        END IF;"""

TRANSITIONS = {
    "INSERT": " REFERENCING NEW TABLE AS new_rows",
    "UPDATE": " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": " REFERENCING OLD TABLE AS old_rows",
    "TRUNCATE": "",
}


def quote(name):
    return '"%s"' % name.replace('"', '""')


def literal(text):
    return "'%s'" % text.replace("'", "''")


class Schema:
    """Names in a database schema."""

    def __init__(self, name):
        self.name = name

    def qualified(self, name):
        return "%s.%s" % (quote(self.name), quote(name))

    def function(self, table):
        """The unqualified name of the function that a table's triggers call."""
        return truncate_name(PREFIX + table, LONGEST_NAME)


class OwnRows:
    """
    Notes the rows of a bound table. `pk` is its key's column; with `keeps_old`, updates note the
    row as it was.
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
    Notes the rows of a bound table to which a through model's rows belong. `column` is the
    foreign key, `target` the bound table's column that it holds.
    """

    def __init__(self, bound, pk, column, target, limit):
        self.bound = bound
        self.pk = quote(pk)
        self.column = quote(column)
        self.target = quote(target)
        self.limit = limit

    def sources(self, schema):
        # A row that is gone tells of itself.
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
    """Notes the rows of a bound child whose inherited columns, in its parent's table, change."""

    def sources(self, schema):
        return {"UPDATE": super().sources(schema)["UPDATE"]}


def statements(part, schema, outbox):
    """{event: the plpgsql that notes what concerns a part's bound table}"""
    bound = literal(part.bound)
    many = NOTE_MANY.format(outbox=outbox, bound=bound)
    found = {"TRUNCATE": many}
    for event, source in part.sources(schema).items():
        rows = NOTE_ROWS.format(outbox=outbox, bound=bound, source=source)
        found[event] = rows if part.limit is None else BOUNDED.format(
            source=source, limit=part.limit, many=many, rows=rows)
    return found


def function_body(parts, schema):
    outbox = schema.qualified(TABLE)
    found = [statements(part, schema, outbox) for part in parts]
    return BODY.format(orm=ORM, xact=XACT, channel=CHANNEL, **{
        event.lower(): "\n".join(each[event] for each in found if event in each) or "        NULL;"
        for event in TRANSITIONS})


def create_outbox(schema):
    return OUTBOX.format(outbox=schema.qualified(TABLE), index=quote(TABLE + "_row"))


def create_triggers(table, parts, schema):
    """The SQL that puts the triggers on a table."""
    function = schema.qualified(schema.function(table))
    yield FUNCTION.format(function=function, body=function_body(parts, schema))
    for event, transition in sorted(TRANSITIONS.items()):
        yield (
            "CREATE TRIGGER %s AFTER %s ON %s%s FOR EACH STATEMENT EXECUTE PROCEDURE %s();\n" % (
                quote(PREFIX + event.lower()), event, schema.qualified(table), transition,
                function))


def drop_function(name, schema):
    return "DROP FUNCTION IF EXISTS %s() CASCADE;\n" % schema.qualified(name)


def drop_outbox(schema):
    return "DROP TABLE IF EXISTS %s;\n" % schema.qualified(TABLE)
