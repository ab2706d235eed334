"""
Pages that need something that is away.
"""
import logging
import sys

from .errors import kind_of
from .told import note


def on_request_exception(request, **kwargs):
    """
    A receiver of Django's got_request_exception, for errors from anywhere in views and middleware:
    our handler answers with 503.
    """
    request.unavailable = note(sys.exc_info()[1])


class OutageFilter(logging.Filter):
    """For `django.request`: drops each request's traceback; `note` has logged the outage."""

    def filter(self, record):
        return not record.exc_info or kind_of(record.exc_info[1]) is None
