from django.db.backends.postgresql import base, utils


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django's, but for what it takes as UTC: psycopg2 2.9 hands on a timedelta where 2.8, which has
    no wheel for CPython 3.10, hands on minutes. With either it is the same.
    """

    def create_cursor(self, name=None):
        cursor = super().create_cursor(name)
        if cursor.tzinfo_factory is not None:
            cursor.tzinfo_factory = utc_tzinfo_factory
        return cursor


def utc_tzinfo_factory(offset):
    """`offset`: minutes or a timedelta. Raises AssertionError for any but none, as Django's."""
    return utils.utc_tzinfo_factory(offset or 0)
