"""
How a trigger distinguishes a Django process's changes from others.
"""
from ...conf import settings
from .outbox import ORM


def mark(sender, connection, **kwargs):
    """A receiver of Django's connection_created: the process claims what this session changes."""
    if settings.BINDING_TRIGGERS and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'on', false)", [ORM])
