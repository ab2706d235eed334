"""
The outbox: changes to bound tables that triggers have recorded, until they are sent.
"""
from collections import namedtuple

from django.db import connections

TABLE = "channels_lts_outbox"
NUMBERS = "channels_lts_outbox_numbers"  # of the frames of the batch being sent
CHANNEL = "channels_lts_outbox"  # of NOTIFY
ORM = "channels_lts.orm"  # a session setting: this is a Django process, which claims what it sends
XACT = "channels_lts.xact"  # likewise: the last transaction the triggers recorded
LOCK = 0x6368616E, 0x6F757462  # the advisory lock of the one active listener

KEPT = "10 minutes"  # sent entries stay this long, for a process that claims late


class Operation:
    INSERT, UPDATE, DELETE = "I", "U", "D"
    RELATION = "R"  # in another table, something that belongs to the row changed
    MANY = "M"  # unspecified rows


class State:
    LIVE, TAKEN, TOLD = range(3)


class Entry(namedtuple("Entry", "id xact table operation pk old state by_orm")):
    """A row of the outbox: `pk` as text, `old` the JSON text of the row as it was, or None."""

    __slots__ = ()


COLUMNS = "id, xact, tbl, operation, pk, old::text, state, by_orm"

# If two sessions want an entry, the second waits, then sees what the first has made of it.
# What a server crash undoes here is merely sent again; no need to wait for the disk.
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

# One statement: numbers that outlive their batch would be used for other frames.
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
    """The outbox of a database. Each method is one statement, outside of transactions."""

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
        Takes out the entries of the rows named by `keys`, pairs of table and key (as text), and
        those that this session's last transaction made in the tables `whole`. Returns (Entry,
        whether this session's last transaction made it) pairs; an entry whose state isn't LIVE
        stays, because a listener has it.
        """
        found = self.run(CLAIM, {"tables": [table for table, _ in keys],
                                 "pks": [pk for _, pk in keys], "whole": list(whole)})
        return [(Entry(*row[:-2]), row[-2]) for row in found]

    # For the listener

    def lock(self):
        """Makes this session the sender until it ends; returns whether it could."""
        return self.run("SELECT pg_try_advisory_lock(%s, %s)", LOCK)[0][0]

    def listen(self):
        """Makes changes wake this session."""
        self.run("LISTEN " + CHANNEL)

    def transactions_by_orm(self):
        """The transactions of Django processes that haven't been claimed yet."""
        return {xact for xact, in self.run(
            "SELECT DISTINCT xact FROM %s WHERE state = 0 AND by_orm" % TABLE)}

    def take(self, xacts, limit):
        """
        The oldest entries, from Django processes only those of the transactions `xacts`; if there
        are entries that were taken and not finished, these and no others.
        """
        return sorted(Entry(*row) for row in self.run(TAKE, [list(xacts), limit]))

    def numbers(self, entries):
        """The numbers stored for these entries before they were sent, as JSON text; or None."""
        found = self.run("SELECT numbers::text FROM %s WHERE entry = %%s" % NUMBERS,
                         [entries[-1].id])
        return found[0][0] if found else None

    def note_numbers(self, entries, text):
        self.run(NOTE_NUMBERS, [entries[-1].id, text])

    def finish(self, entries):
        """Notes that these were sent, and deletes their numbers."""
        self.run(FINISH, {"ids": [entry.id for entry in entries]})

    def sweep(self):
        """Deletes what was sent long ago."""
        self.run("DELETE FROM %s WHERE state = 2 AND noted < now() - %%s::interval" % TABLE,
                 [KEPT])

    # For monitoring

    def backlog(self):
        """(number of waiting entries, seconds that the oldest has waited)"""
        return self.run(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(noted)), 0) "
            "FROM %s WHERE state < 2" % TABLE)[0]

    def has_listener(self):
        return self.run(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid::bigint = %s AND objid::bigint = %s AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))", LOCK)[0][0]
