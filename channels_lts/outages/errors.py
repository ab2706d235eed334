"""
What an error says about the server, as opposed to the query.
"""
from django.db import DatabaseError, Error, InterfaceError, OperationalError
from redis.exceptions import RedisError

from ..frames import Undecided
from ..layers.redis.outage import SILENT

UNAVAILABLE = "unavailable"  # the server can't be used now
BUSY = "busy"  # somebody else holds a lock, for longer than the timeout

# PostgreSQL, appendix A: lock_timeout or NOWAIT, statement_timeout, a deadlock, a serialization
# failure; a broken connection, a shutdown.
BUSY_CODES = ("55P03", "57014", "40P01", "40001")
UNAVAILABLE_CODES = ("08", "57P")
# Without a code the error is the driver's, for a connection that is closed or can't be made.
WITHOUT_CODE = (OperationalError, InterfaceError, DatabaseError)
SQLITE = (("is locked", BUSY), ("unable to open database file", UNAVAILABLE))


def kind_of(error):
    """UNAVAILABLE, BUSY, or None for any other error: the query or the code is wrong."""
    error = getattr(error, "parent", None) or error  # django_redis's ConnectionInterrupted
    if isinstance(error, Undecided):
        return UNAVAILABLE
    if isinstance(error, RedisError):
        return UNAVAILABLE if isinstance(error, SILENT) else None
    if not isinstance(error, Error):
        return None
    cause = error.__cause__
    if hasattr(cause, "pgcode"):
        return kind_by_code(error, cause.pgcode)
    if isinstance(error, OperationalError):
        return next((kind for words, kind in SQLITE if words in str(error)), None)
    return None


def kind_by_code(error, code):
    if code is None:
        return UNAVAILABLE if type(error) in WITHOUT_CODE else None
    if code in BUSY_CODES:
        return BUSY
    return UNAVAILABLE if code.startswith(UNAVAILABLE_CODES) else None
