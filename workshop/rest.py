"""
What the REST API takes, and how it says what it doesn't.
"""
from collections.abc import Mapping

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from channels_lts import frames
from channels_lts.binding import values
from channels_lts.security.forms import MAX_TEXT, MAX_VALUE, check_length


class StrictJSONParser(JSONParser):
    """
    JSON as in frames: no NaN, numbers and nesting bounded. It is short: what Python makes of a
    byte of it may have a hundred.
    """
    most_bytes = 2 ** 16

    def parse(self, stream, media_type=None, parser_context=None):
        data = stream.read()
        if len(data) > self.most_bytes:
            raise ParseError("A row has no more than %d bytes." % self.most_bytes)
        try:
            return frames.parse(data.decode("utf8"))  # RFC 8259, 8.1
        except ValueError as error:
            raise ParseError("This isn't JSON: %.100s" % error)


class LengthFirst:
    """
    A mixin for serializers. REST framework runs all validators of a field, also those that take
    long over what the first has found to be too long.
    """

    def to_internal_value(self, data):
        errors = dict(self.find_unfit(data)) if isinstance(data, Mapping) else {}
        if errors:
            raise ValidationError(errors)
        return super().to_internal_value(data)

    def find_unfit(self, data):
        for field in self._writable_fields:
            value = field.get_value(data)
            try:
                check_length(value, limit(field))
                if isinstance(value, str):
                    values.text(value)
                    if isinstance(field, serializers.URLField):
                        values.url(value)
            except DjangoValidationError as error:
                yield field.field_name, error.messages


def limit(field):
    """How many characters its value may have."""
    most = getattr(field, "max_length", None)
    if most is not None:
        return most
    return MAX_TEXT if type(field) is serializers.CharField else MAX_VALUE


def exception_handler(error, context):
    """Values that no database column holds are the client's mistake, not the server's."""
    if isinstance(error, (OverflowError, DataError)):
        return Response({"detail": "A number is out of range."}, status=400)
    # psycopg2's ValueError; Django 1.11 has no validator for it (ticket 28201).
    if isinstance(error, ValueError) and "NUL" in str(error):
        return Response({"detail": "Null characters are not allowed."}, status=400)
    return rest_exception_handler(error, context)
