from django.db.backends.postgresql import base, utils


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django's, except for what it accepts as UTC: psycopg2 2.9 passes a timedelta where 2.8, which
    has no wheel for CPython 3.10, passes minutes. This works with both.
    """

    def create_cursor(self, name=None):
        cursor = super().create_cursor(name)
        if cursor.tzinfo_factory is not None:
            cursor.tzinfo_factory = utc_tzinfo_factory
        return cursor


def utc_tzinfo_factory(offset):
    """`offset`: minutes or a timedelta. Raises AssertionError unless it is zero, like Django's."""
    return utils.utc_tzinfo_factory(offset or 0)
