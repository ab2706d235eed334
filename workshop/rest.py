"""
What the REST API accepts, and how it reports what it doesn't.
"""
from django.db import DataError
from django.utils.translation import ugettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from channels_lts import frames
from channels_lts.binding.errors import BindingError


class StrictJSONParser(JSONParser):
    """
    JSON as in frames: no NaN, limited numbers and nesting. And short: Python may use a hundred
    bytes for one byte of it.
    """
    most_bytes = 2 ** 16

    def parse(self, stream, media_type=None, parser_context=None):
        data = stream.read()
        if len(data) > self.most_bytes:
            raise ParseError(_("A row may have at most %d bytes.") % self.most_bytes)
        try:
            return frames.parse(data.decode("utf8"))  # RFC 8259, 8.1
        except ValueError as error:
            raise ParseError(_("This isn't JSON: %.100s") % error)


def exception_handler(error, context):
    """Values that no database column can hold are the client's mistake, not the server's."""
    if isinstance(error, BindingError):
        return refusal(error)
    if isinstance(error, (OverflowError, DataError)):
        return Response({"detail": _("A number is out of range.")}, status=400)
    # psycopg2's ValueError; Django 1.11 has no validator for it (ticket 28201).
    if isinstance(error, ValueError) and "NUL" in str(error):
        return Response({"detail": _("Null characters are not allowed.")}, status=400)
    return rest_exception_handler(error, context)


def refusal(error):
    """A BindingError as an answer: for a conflict it includes the row's current state."""
    if error.code != "conflict":
        return Response(error.errors or {"detail": error.message}, status=400)
    return Response({"code": error.code, "detail": error.message, "errors": error.errors,
                     "data": error.row["data"]}, status=409)
