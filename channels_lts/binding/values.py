"""
JSON values as the values of model fields.

Django's own to_python is generous (a list becomes the text "['a']", True the number 1): it was
made for the texts of forms. JSON has types, so a wrong one is the client's mistake, but for what
pages send that read it out of a form: "3" for a number or a key, "True" for true, 3 for "3".
"""
import math
import re
from decimal import Decimal
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import ugettext_lazy as _

from ..security.forms import MAX_TEXT, MAX_VALUE, check_length

INTEGER = (models.IntegerField, models.AutoField)
# A key is compared with the column before anything is written, so it needs no tighter bound.
BIG = (models.BigIntegerField, models.BigAutoField, models.AutoField)

DIGITS = re.compile(r"-?[0-9]{1,20}\Z")
BOOLEANS = {"True": True, "t": True, "1": True, "False": False, "f": False, "0": False}


class WrongType(ValueError):
    """A value of another type than the field's."""


def is_writable(field):
    """Whether a client may set the field: not keys, generated values, relations of many, files."""
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
    # Before to_python and the validators, some of which take quadratic time over a long text.
    if isinstance(field, (models.CharField, models.TextField)) and is_number(value):
        value = str(value)
    check_length(text(value), limit(field))
    if isinstance(field, models.URLField):
        url(value)
    return field.to_python(value)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def limit(field):
    """How many characters the text for a model's field may have."""
    is_text = isinstance(field, (models.CharField, models.TextField))
    if is_text and field.max_length is not None:  # a UUID's is the column's, of its digits alone
        return field.max_length
    return MAX_TEXT if isinstance(field, models.TextField) else MAX_VALUE


def expect(value, *types):
    if not isinstance(value, types) or isinstance(value, bool) and bool not in types:
        raise WrongType("%s isn't of the field's type" % type(value).__name__)
    return value


def boolean(value):
    if isinstance(value, (str, int)) and str(value) in BOOLEANS:
        return BOOLEANS[str(value)]
    return expect(value, bool)


def integer(field, value):
    """Refuses what the column can't hold: databases answer that with errors of all kinds."""
    bits = 63 if isinstance(field, BIG) else 31
    if isinstance(value, str) and DIGITS.match(value):
        value = int(value)
    if not -2 ** bits <= expect(value, int) < 2 ** bits:
        raise ValidationError(_("This number is too large."), code="out_of_range")
    return value


def number(field, value):
    expect(value, int, float, str)
    check_length(value, MAX_VALUE)
    python = field.to_python(str(value))
    is_finite = python.is_finite() if isinstance(python, Decimal) else math.isfinite(python)
    if not is_finite:  # 1 and 400 zeros; for a decimal also the text "NaN"
        raise ValidationError(_("This number is too large."), code="out_of_range")
    return python


def text(value):
    """PostgreSQL takes no null character, and no database half a surrogate pair."""
    if "\x00" in expect(value, str):
        raise ValidationError(_("Null characters are not allowed."), code="null_characters")
    try:
        value.encode("utf8")
    except UnicodeEncodeError:
        raise ValidationError(_("This text isn't Unicode."), code="not_unicode")
    return value


def url(value):
    """Django's validator lets urlsplit raise; from CPython 3.11.4 on it does so for "[1:2]" too."""
    try:
        urlsplit(value)
    except ValueError:
        raise ValidationError(URLValidator.message, code=URLValidator.code)
