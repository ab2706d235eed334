from django.db import DataError
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler


def exception_handler(error, context):
    """Values that no database column holds are the client's mistake, not the server's."""
    if isinstance(error, (OverflowError, DataError)):
        return Response({"detail": "A number is out of range."}, status=400)
    # psycopg2's ValueError; Django 1.11 has no validator for it (ticket 28201).
    if isinstance(error, ValueError) and "NUL" in str(error):
        return Response({"detail": "Null characters are not allowed."}, status=400)
    return rest_exception_handler(error, context)
