from channels.signals import consumer_started
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from channels_lts.worker import Worker


@receiver(connection_created)
def prepare_sqlite(connection, **kwargs):
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        # SQLite 3.26 renames references too when a table is renamed, and Django 1.11's
        # migrations then leave tables that refer to "auth_user__old" (Django ticket 29182).
        cursor.execute("PRAGMA legacy_alter_table = ON")
        # Readers and the one writer don't block each other; daphne's workers are several.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")


@receiver(consumer_started)
def keep_sqlite(sender, **kwargs):
    """Only in our workers: they close a connection that gets too old while nothing comes."""
    if isinstance(sender, type) and issubclass(sender, Worker):
        for connection in connections.all():
            if connection.settings_dict["ENGINE"] == "workshop.sqlite3":
                connection.begin_message()


@receiver(connection_created)
def prepare_postgresql(connection, **kwargs):
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # A row that somebody keeps locked mustn't hold up the worker. Not among the connection's
        # options: poolers such as PgBouncer refuse them.
        cursor.execute("SET lock_timeout = %s", [settings.LOCK_SECONDS * 1000])
