"""
Reporting outages: in the log, and to the client whose work has failed.
"""
import logging
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.utils.translation import ugettext_lazy as _

from ..frames import FrameError
from ..layers.redis.outage import Outage
from ..security.refusal_log import RefusalLog
from .errors import BUSY, UNAVAILABLE, kind_of

MESSAGES = {
    UNAVAILABLE: _("This can't be done right now: try again later."),
    BUSY: _("Somebody else is changing this: try again."),
}


class Later(FrameError):
    """
    `retry_after`: whole seconds; as with ratelimit.RateLimited, the client should come back then.
    """
    retry_after = 5

    def __init__(self, kind):
        super().__init__(kind, str(MESSAGES[kind]))


refusals = RefusalLog(logging.getLogger(__name__))
outages = {}  # of this process, by database alias


class DatabaseOutage(Outage):
    server = "The database %s"


def outage_of(alias):
    return outages.setdefault(alias, DatabaseOutage(alias))


def note(error):
    """
    Returns `kind_of` the error. An outage of a database is logged in one line; its end is logged
    by the next connection. For locks there is one line a minute, with their number. (An outage of
    Redis is logged by its users: the layer, or layers.redis.cache.)
    """
    kind = kind_of(error)
    if kind == UNAVAILABLE and isinstance(error, Error):
        for alias in failed_aliases():
            outage_of(alias).begin(error)
    elif kind == BUSY:
        refusals.note("a write to a row that somebody else has locked for too long", str(error))
    return kind


def failed_aliases():
    """Django's error doesn't say which database it is about, but the connections do."""
    return [each.alias for each in connections.all() if each.errors_occurred] or [DEFAULT_DB_ALIAS]


def on_connected(connection, **kwargs):
    """A receiver of Django's connection_created."""
    if connection.alias in outages:
        outages[connection.alias].end()


@contextmanager
def answered(is_told=True):
    """
    Wraps the handling of a frame whose sender is told of FrameErrors: raises Later for an error
    that means an outage or a lock. `is_told`: whether the sender is told.
    """
    try:
        yield
    except Exception as error:
        kind = note(error) if is_told else None
        if kind is None:
            raise
        raise Later(kind) from error
