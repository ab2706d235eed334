"""
    DATABASE_URL=postgres://… SECRET_KEY=x python -m benchmarks.trigger_costs

What the triggers of `manage.py bindings install` cost a write, in an empty database of its own: the
time with them divided by that without, each of the fastest tenth of all writes in rounds that
alternate, so that what else the machine does counts little. docs/bindings.md has the numbers.
"""
import channels_lts.compat  # noqa: F401 (before Django)

import os
import sys
import time

ROUNDS = 5
WRITES = 100  # in a round, of those that change one row
ROWS = 1000  # in the table, and in the statement of many rows

ONE_ROW = "UPDATE links_tag SET description = md5(random()::text) WHERE id = {first}"
NEW_ROW = "INSERT INTO links_tag (name, description) VALUES ('x', '')"
ALL_ROWS = "UPDATE links_tag SET description = md5(random()::text) WHERE id < {first} + {rows}"


def prepare():
    """Django on the environment's database, with a layer and a cache in this process's memory."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="workshop.settings", DEBUG="0", ALLOWED_HOSTS="localhost",
        REDIS_URL="", CHANNEL_LAYER="", BINDING_TRIGGERS="1")
    import django
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    if connection.vendor != "postgresql":
        sys.exit("DATABASE_URL isn't a PostgreSQL URL")
    call_command("migrate", verbosity=0)


def seconds(write):
    start = time.perf_counter()
    write()
    return time.perf_counter() - start


class Writer:
    """Writes by SQL, and by the ORM."""

    def __init__(self):
        import psycopg2

        from channels_lts.binding.triggers.installer import Installer
        from links.models import Tag
        self.installer = Installer("default")
        self.installer.run(self.installer.install_sql())
        Tag.objects.all().delete()
        Tag.objects.bulk_create([Tag(name="t") for _ in range(ROWS)])
        self.tag = Tag.objects.first()
        self.session = psycopg2.connect(**self.installer.connection.get_connection_params())
        self.session.autocommit = True
        self.writes = {
            "a row by SQL": (WRITES, lambda: self.run(ONE_ROW)),
            "a new row by SQL": (WRITES, lambda: self.run(NEW_ROW)),
            "%d rows in a statement" % ROWS: (20, lambda: self.run(ALL_ROWS)),
            "save() of the ORM, and its frame": (WRITES, self.tag.save),
        }

    def run(self, sql):
        self.session.cursor().execute(sql.format(first=self.tag.pk, rows=ROWS))

    def times(self):
        """{what: seconds of each write}"""
        return {what: [seconds(write) for _ in range(times)]
                for what, (times, write) in self.writes.items()}

    def without(self):
        self.installer.run(self.installer.uninstall_sql())
        from django.conf import settings
        from django.test.utils import override_settings
        with override_settings(CHANNELS_LTS=dict(settings.CHANNELS_LTS, BINDING_TRIGGERS=False)):
            return self.times()

    def with_triggers(self):
        self.installer.run(self.installer.install_sql())
        return self.times()


def main():
    prepare()
    writer = Writer()
    writer.without(), writer.with_triggers()  # the warm-up
    rounds = [(writer.without(), writer.with_triggers()) for _ in range(ROUNDS)]
    writer.installer.run(writer.installer.uninstall_sql())
    for what in writer.writes:
        before, after = (fastest_tenth([each[side][what] for each in rounds]) for side in (0, 1))
        print("%-36s %5.0f -> %5.0f us, %.2f" % (what, before * 1e6, after * 1e6, after / before))


def fastest_tenth(rounds):
    """The longest of the fastest tenth."""
    times = sorted(time for each in rounds for time in each)
    return times[len(times) // 10]


if __name__ == "__main__":
    main()
