"""
What empties the database after each test with transactions.

Django's own truncates every table, and then makes the content types and permissions again: that was
two thirds of what such a test took.
"""
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connections, transaction

KEPT = {"django_migrations", ContentType._meta.db_table, Permission._meta.db_table}


class Command(flush.Command):
    def handle(self, **options):
        connection = connections[options["database"]]
        tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
        deletes = ["DELETE FROM %s" % connection.ops.quote_name(table) for table in sorted(tables)]
        if connection.vendor == "postgresql":  # all in one round trip
            deletes = ["; ".join(deletes)]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for delete in deletes:
                cursor.execute(delete)
