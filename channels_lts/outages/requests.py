"""
Pages that need what is away.
"""
import logging
import sys

from .errors import kind_of
from .told import note


def on_request_exception(request, **kwargs):
    """
    A receiver of Django's got_request_exception, wherever in views and middleware it comes from:
    our handler answers with 503.
    """
    request.unavailable = note(sys.exc_info()[1])


class OutageFilter(logging.Filter):
    """For `django.request`: without the traceback of each request; `note` has told of it."""

    def filter(self, record):
        return not record.exc_info or kind_of(record.exc_info[1]) is None
