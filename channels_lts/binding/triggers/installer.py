"""
Creates triggers for the tables of bound models, drops them, and reports their status.
"""
from django.db import connections, transaction

from . import sql
from .bound import parts_by_table

OLDEST = 100000  # the version of PostgreSQL: the first with transition tables
LOCK_TIMEOUT = "5s"  # for a table in use: other queries for it wait behind ours

FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
    AND left(proname, length(%s)) = %s"""

TRIGGERS = """
SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND left(tgname, length(%s)) = %s
    AND tgenabled <> 'D'
GROUP BY c.relname"""


class Unsupported(Exception):
    """This database can't have these triggers; the text says why, in one line."""


class Installer:
    """
    For the database `using`. Everything is installed in one transaction, so pages miss nothing and
    receive nothing twice during a reinstallation.
    """

    def __init__(self, using):
        """Raises Unsupported."""
        self.using = using
        self.connection = connections[using]
        if self.connection.vendor != "postgresql":
            raise Unsupported("Changes made outside Django aren't followed on %s: PostgreSQL 10 or "
                              "newer has the triggers for it" % self.connection.vendor)
        if self.version() < OLDEST:
            raise Unsupported("The triggers need PostgreSQL 10 or newer")
        self.schema = sql.Schema(self.fetch("SELECT current_schema()")[0][0])

    def version(self):
        with self.connection.cursor():
            return self.connection.pg_version

    def fetch(self, query, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def install_sql(self):
        """All of it, as text; replaces what an earlier version has installed."""
        yield from self.remove_triggers_sql()
        yield sql.create_outbox(self.schema)
        for table, parts in sorted(parts_by_table(self.using).items()):
            yield from sql.create_triggers(table, parts, self.schema)

    def uninstall_sql(self):
        yield from self.remove_triggers_sql()
        yield sql.drop_outbox(self.schema)

    def remove_triggers_sql(self):
        for name in sorted(self.functions()):
            yield sql.drop_function(name, self.schema)

    def run(self, statements):
        with transaction.atomic(using=self.using), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [LOCK_TIMEOUT])
            for each in statements:
                cursor.execute(each)

    def functions(self):
        """{name: body} of the installed functions"""
        return dict(self.fetch(FUNCTIONS, [sql.PREFIX, sql.PREFIX]))

    def status(self):
        """
        {table: "installed", "missing", or "outdated", by another version or other bindings}, with
        those that need no triggers (any more) as "superfluous".
        """
        functions, triggers = self.functions(), dict(self.fetch(TRIGGERS, [sql.PREFIX] * 2))
        wanted = parts_by_table(self.using)
        found = dict.fromkeys(set(triggers) - set(wanted), "superfluous")
        for table, parts in wanted.items():
            body = functions.get(self.schema.function(table))
            if table not in triggers or body is None:
                found[table] = "missing"
            elif body == sql.function_body(parts, self.schema) \
                    and triggers[table] == len(sql.TRANSITIONS):
                found[table] = "installed"
            else:
                found[table] = "outdated"
        return found

    def has_outbox(self):
        return self.fetch("SELECT to_regclass(%s) IS NOT NULL",
                          [self.schema.qualified(sql.TABLE)])[0][0]
