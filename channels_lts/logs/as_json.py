"""
Log lines for machines.
"""
import datetime
import json
import logging

from . import cut, indented
from .subject import current


def line(moment, level, logger, message, **more):
    """
    A JSON object on one line, in ASCII. `moment`: seconds since the epoch; `more`: members besides
    the ids of its subject; those that are None or "" are left out.
    """
    ids = current()
    members = dict(request_id=ids.request, correlation_id=ids.correlation, **more)
    found = {"time": utc(moment), "level": level, "logger": logger, "message": message}
    found.update((name, value) for name, value in members.items() if value not in (None, ""))
    return json.dumps(found)


def utc(moment):
    at = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


class JSONFormatter(logging.Formatter):
    """
    A JSON object for each record: time, level, logger, message, request_id, correlation_id,
    exception, stack. Texts are cut as in a line.
    """

    def format(self, record):
        error = indented(self.formatException(record.exc_info)) if record.exc_info else None
        stack = indented(self.formatStack(record.stack_info)) if record.stack_info else None
        return line(record.created, record.levelname, record.name, cut(record.getMessage()),
                    exception=error, stack=stack)
