"""
Converts JSON values to values of model fields, and back.

Django's own to_python is generous (a list becomes the text "['a']", True the number 1): it was
made for form input. JSON has types, so a wrong one is the client's mistake, except for what pages
send when they read it from a form: "3" for a number or a key, "True" for true, 3 for "3".
"""
import datetime
import math
import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import ugettext
from django.utils.translation import ugettext_lazy as _

from ..conf import settings
from ..security.forms import MAX_TEXT, MAX_VALUE, check_length
from ..security.storable import check_range, fit, is_finite, too_large
from ..security.texts import nfc

INTEGER = (models.IntegerField, models.AutoField)
TEXT = (models.CharField, models.TextField)
EXACT = 2 ** 53 - 1  # JavaScript's numbers are exact up to it

DIGITS = re.compile(r"-?[0-9]{1,20}\Z")
BOOLEANS = {"True": True, "t": True, "1": True, "False": False, "f": False, "0": False}


class WrongType(ValueError):
    """A value whose type doesn't fit the field."""


def is_writable(field):
    """
    Whether a client may set the field: not keys, generated values, to-many relations or files.
    """
    return (field.concrete and field.editable and not field.primary_key
            and not field.many_to_many and not isinstance(field, models.FileField))


def to_python(field, value):
    """
    The value for a model's `field` (for a foreign key, its column). Raises WrongType, and
    ValidationError for what no row can hold.
    """
    if value is None:
        return None  # full_clean knows whether the field takes it
    if field.is_relation:
        return to_python(field.target_field, value)
    if isinstance(field, (models.BooleanField, models.NullBooleanField)):
        return boolean(value)
    if isinstance(field, INTEGER):
        return integer(field, value)
    if isinstance(field, (models.FloatField, models.DecimalField)):
        return number(field, value)
    if isinstance(field, TEXT) and is_number(value):
        value = str(value)
    # Before to_python and the validators, some of which take quadratic time over a long text.
    check_length(text(value), limit(field))
    if isinstance(field, TEXT):
        value = nfc(value.strip())  # strip: as forms do
    python = fit(field, field.to_python, value)
    return in_zone(python) if isinstance(python, datetime.datetime) else python


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def limit(field):
    """The maximum length of the text for a model's field, in characters."""
    if isinstance(field, TEXT) and field.max_length is not None:  # a UUID's counts its digits
        return field.max_length
    return MAX_TEXT if isinstance(field, models.TextField) else MAX_VALUE


def expect(value, *types):
    if not isinstance(value, types) or isinstance(value, bool) and bool not in types:
        raise WrongType(ugettext("%s isn't of the field's type") % type(value).__name__)
    return value


def boolean(value):
    if isinstance(value, (str, int)) and str(value) in BOOLEANS:
        return BOOLEANS[str(value)]
    return expect(value, bool)


def integer(field, value):
    """Refuses what the column can't hold: databases respond to that with all kinds of errors."""
    if isinstance(value, str) and DIGITS.match(value):
        value = int(value)
    return check_range(field, expect(value, int))


def number(field, value):
    expect(value, int, float, str)
    check_length(value, MAX_VALUE)
    python = fit(field, field.to_python, str(value))
    # 1 followed by 400 zeros; for a decimal also the text "NaN", or an exponent that stands for
    # more digits than a text may have.
    if not is_finite(python) or isinstance(python, Decimal) and python.adjusted() > MAX_VALUE:
        raise too_large()
    # Django's validator counts the exponent of 10e2 as decimal places.
    return Decimal("{:f}".format(python)) if isinstance(python, Decimal) else python


def in_zone(moment):
    """
    A time without a zone is in the site's zone. Raises ValidationError for a time that doesn't
    exist there, or exists twice.
    """
    if timezone.is_aware(moment) and not settings.USE_TZ:
        return fit(moment, timezone.make_naive, moment)
    return from_current_timezone(moment)


def text(value):
    """PostgreSQL accepts no null character, and no database half a surrogate pair."""
    if "\x00" in expect(value, str):
        raise ValidationError(_("Null characters are not allowed."), code="null_characters")
    try:
        value.encode("utf8")
    except UnicodeEncodeError:
        raise ValidationError(_("This text isn't Unicode."), code="not_unicode")
    return value


# A row's values for JSON


def to_json(field, instance):
    """
    The value of an instance's `field` as JSON that browsers read exactly, and to_python accepts
    back: times to the microsecond, decimals and numbers above 2 ** 53 as texts.
    """
    value = field.value_from_object(instance)
    if value is None or value is True or value is False:
        return value
    if type(value) is str and type(field).value_to_string is models.Field.value_to_string:
        return value
    if isinstance(value, (int, float, Decimal, datetime.date, datetime.time)):
        return plain(value)
    return readable(field.value_to_string(instance))


def plain(value):
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -EXACT <= value <= EXACT else str(value)
    if isinstance(value, Decimal):
        return "{:f}".format(value)
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return readable(value)


def readable(content):
    """`content` without what isn't JSON: "Infinity", "-Infinity" and "NaN" as texts."""
    if isinstance(content, dict):
        return {name: readable(value) for name, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [readable(each) for each in content]
    if isinstance(content, float) and not math.isfinite(content):
        return "NaN" if math.isnan(content) else "Infinity" if content > 0 else "-Infinity"
    return content
