"""
The SQL of the outbox and of the triggers that fill it.

A trigger sees a whole statement (PostgreSQL 10's transition tables), so a change to many rows
costs only one more INSERT. Its function runs as its owner (SECURITY DEFINER): other programs
write to the bound tables with roles that have no access to the outbox.
"""
from django.db.backends.utils import truncate_name

from .outbox import CHANNEL, NUMBERS, ORM, TABLE, XACT

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
CREATE TABLE IF NOT EXISTS {numbers} (
    entry bigint PRIMARY KEY,  -- the last one of the batch that is being told
    numbers jsonb NOT NULL
);
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
        """The unqualified name of the function called by a table's triggers."""
        return truncate_name(PREFIX + table, LONGEST_NAME)


def statements(part, schema, outbox):
    """{event: the plpgsql that records what concerns a part's bound table}"""
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
    return OUTBOX.format(outbox=schema.qualified(TABLE), index=quote(TABLE + "_row"),
                         numbers=schema.qualified(NUMBERS))


def create_triggers(table, parts, schema):
    """The SQL that creates the triggers of a table."""
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
    return "DROP TABLE IF EXISTS %s, %s;\n" % (schema.qualified(TABLE), schema.qualified(NUMBERS))
