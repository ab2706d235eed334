"""
What a row can hold. Django asks a field and its validators, which report problems with a
ValidationError; but some raise something else, and some problems only appear in the database.
"""
import datetime
import logging
import math
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import DataError, Error, connections, models, transaction
from django.utils import timezone
from django.utils.translation import ugettext_lazy as _

from .refusal_log import RefusalLog

# A key is compared with the column before anything is written, so it needs no stricter limit.
BIG = (models.BigIntegerField, models.BigAutoField, models.AutoField)
SMALL = (models.SmallIntegerField, models.PositiveSmallIntegerField)

refusals = RefusalLog(logging.getLogger(__name__))


class Unfit(ValidationError):
    """A value that a field, its validator or its column can't handle."""

    def __init__(self):
        super().__init__(_("Enter a valid value."), code="unfit")


def fit(field, function, *args, expected=()):
    """
    Returns function(*args). Raises Unfit for whatever it raises, except for ValidationError,
    database errors, and the classes in `expected`.
    """
    try:
        return function(*args)
    except (ValidationError, Error) + tuple(expected):
        raise
    except Exception as error:
        refusals.note("a value that makes a %s raise" % type(field).__name__, repr(error))
        raise Unfit()


def find_unfit(instance, names):
    """(name, Unfit) for the fields of a row whose validators can't handle their value."""
    for name in names:
        field = instance._meta.get_field(name)
        try:
            fit(field, field.clean, field.value_from_object(instance), instance)
        except Unfit as error:
            yield name, error
        except ValidationError:
            pass


def check_storable(field, value, using):
    """Raises ValidationError for a Python value that a model field's column can't hold."""
    if not is_finite(value):
        raise too_large()
    if isinstance(field, models.IntegerField) and value is not None:
        check_range(field, value)
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        for zone in (timezone.utc, timezone.get_default_timezone()):  # it will be read in both
            fit(field, value.astimezone, zone)
    written = fit(field, field.get_db_prep_save, value, connections[using])
    if isinstance(written, int) and not -2 ** 63 <= written < 2 ** 63:  # a duration, on SQLite
        raise Unfit()


def check_range(field, value):
    """Returns an integer. Raises ValidationError for one with more bits than the field's."""
    bits = 63 if isinstance(field, BIG) else 15 if isinstance(field, SMALL) else 31
    if not -2 ** bits <= value < 2 ** bits:
        raise too_large()
    return value


def too_large():
    return ValidationError(_("This number is too large."), code="out_of_range")


def is_finite(value):
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, float) or math.isfinite(value)


def refused_by_database(values, using):
    """
    The fields in `values`, pairs of a field and its value, that cause a DataError: PostgreSQL
    doesn't say.
    """
    return [field for field, value in values if is_refused(field, value, connections[using])]


def is_refused(field, value, connection):
    most = getattr(field, "max_length", None)
    if isinstance(value, str) and most is not None and len(value) > most:
        return True  # a cast would truncate it
    query = "SELECT CAST(%%s AS %s)" % field.db_type(connection)
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(query, [field.get_db_prep_save(value, connection)])
    except DataError:
        return True
    return False
