"""
The outbox: the changes of bound tables that triggers noted, until they are told.
"""
from collections import namedtuple

from django.db import connections

TABLE = "channels_lts_outbox"
NUMBERS = "channels_lts_outbox_numbers"  # of the frames of the batch that is being told
CHANNEL = "channels_lts_outbox"  # of NOTIFY
ORM = "channels_lts.orm"  # a setting of the session: a Django process, which claims what it tells
XACT = "channels_lts.xact"  # likewise: the last transaction of which the triggers noted something
LOCK = 0x6368616E, 0x6F757462  # the advisory lock of the one listener that tells

KEPT = "10 minutes"  # what was told, for a process that asks late whether it has to


class Operation:
    INSERT, UPDATE, DELETE = "I", "U", "D"
    RELATION = "R"  # what belongs to the row changed, in another table
    MANY = "M"  # rows that aren't named


class State:
    LIVE, TAKEN, TOLD = range(3)


class Entry(namedtuple("Entry", "id xact table operation pk old state by_orm")):
    """A row of the outbox: `pk` as text, `old` the JSON text of the row as it was, or None."""

    __slots__ = ()


COLUMNS = "id, xact, tbl, operation, pk, old::text, state, by_orm"

# Of two that reach for an entry the second waits, and then finds what the first has made of it.
# What a crash of the server undoes here is told once more; no need to wait for its disk.
CLAIM = """
WITH found AS (
    SELECT * FROM {table}
    WHERE tbl = ANY(%(tables)s) AND pk = ANY(%(pks)s) AND (tbl, pk) IN (
            SELECT * FROM unnest(%(tables)s::text[], %(pks)s::text[]))
        OR tbl = ANY(%(whole)s)
            AND xact = nullif(current_setting('{xact}', true), '')::bigint
    ORDER BY id FOR UPDATE
), gone AS (
    DELETE FROM {table} USING found WHERE {table}.id = found.id AND found.state = 0
)
SELECT {columns}, xact = nullif(current_setting('{xact}', true), '')::bigint,
    set_config('synchronous_commit', 'off', true)
FROM found ORDER BY id""".format(table=TABLE, columns=COLUMNS, xact=XACT)

TAKE = """
UPDATE {table} SET state = 1 WHERE id IN (
    SELECT id FROM {table}
    WHERE state = 1 OR state = 0 AND (NOT by_orm OR xact = ANY(%s))
        AND NOT EXISTS (SELECT FROM {table} WHERE state = 1)
    ORDER BY id LIMIT %s FOR UPDATE)
RETURNING {columns}""".format(table=TABLE, columns=COLUMNS)

# One statement: numbers that outlive their batch would be given to other frames.
FINISH = """
WITH gone AS (
    DELETE FROM {table} WHERE id = ANY(%(ids)s) AND NOT by_orm
), told AS (
    UPDATE {table} SET state = 2, noted = clock_timestamp() WHERE id = ANY(%(ids)s) AND by_orm
)
DELETE FROM {numbers}""".format(table=TABLE, numbers=NUMBERS)

NOTE_NUMBERS = """
INSERT INTO {numbers} (entry, numbers) VALUES (%s, %s)
ON CONFLICT (entry) DO UPDATE SET numbers = excluded.numbers""".format(numbers=NUMBERS)


class Outbox:
    """That of a database. Every method is a statement of its own, outside of transactions."""

    def __init__(self, using):
        self.using = using

    def run(self, sql, parameters=()):
        """The rows that a statement returns."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    # For a process that has just committed

    def claim(self, keys, whole):
        """
        Takes entries out: those of the rows named by `keys`, pairs of table and key (as text), and
        those that this session's last transaction made in the tables `whole`. Returns (Entry,
        whether this session's last transaction made it); one whose state isn't LIVE stays, a
        listener has it.
        """
        found = self.run(CLAIM, {"tables": [table for table, _ in keys],
                                 "pks": [pk for _, pk in keys], "whole": list(whole)})
        return [(Entry(*row[:-2]), row[-2]) for row in found]

    # For the listener

    def lock(self):
        """Whether this session is the one that tells, from now until it ends."""
        return self.run("SELECT pg_try_advisory_lock(%s, %s)", LOCK)[0][0]

    def listen(self):
        """Has this session woken by changes."""
        self.run("LISTEN " + CHANNEL)

    def transactions_by_orm(self):
        """Those of Django processes that haven't been claimed yet."""
        return {xact for xact, in self.run(
            "SELECT DISTINCT xact FROM %s WHERE state = 0 AND by_orm" % TABLE)}

    def take(self, xacts, limit):
        """
        The oldest entries, of Django processes only what the transactions `xacts` made; or, if
        there are any, those that were taken and not finished, and no others.
        """
        return sorted(Entry(*row) for row in self.run(TAKE, [list(xacts), limit]))

    def numbers(self, entries):
        """What was noted of these entries before they were sent, as JSON text; or None."""
        found = self.run("SELECT numbers::text FROM %s WHERE entry = %%s" % NUMBERS,
                         [entries[-1].id])
        return found[0][0] if found else None

    def note_numbers(self, entries, text):
        self.run(NOTE_NUMBERS, [entries[-1].id, text])

    def finish(self, entries):
        """Notes that these were told, and forgets their numbers."""
        self.run(FINISH, {"ids": [entry.id for entry in entries]})

    def sweep(self):
        """Forgets what was told long ago."""
        self.run("DELETE FROM %s WHERE state = 2 AND noted < now() - %%s::interval" % TABLE,
                 [KEPT])

    # For a look

    def backlog(self):
        """(how many entries wait, for how many seconds the oldest does)"""
        return self.run(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(noted)), 0) "
            "FROM %s WHERE state < 2" % TABLE)[0]

    def has_listener(self):
        return self.run(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid::bigint = %s AND objid::bigint = %s AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))", LOCK)[0][0]
