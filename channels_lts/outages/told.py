"""
Telling of outages: the log, and the client whose work has failed.
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
    """`retry_after`: whole seconds; as with ratelimit.RateLimited, the client is to come again."""
    retry_after = 5

    def __init__(self, kind):
        super().__init__(kind, str(MESSAGES[kind]))


refusals = RefusalLog(logging.getLogger(__name__))
outages = {}  # of this process, by the database's alias


class DatabaseOutage(Outage):
    server = "The database %s"


def outage_of(alias):
    return outages.setdefault(alias, DatabaseOutage(alias))


def note(error):
    """
    What `kind_of` says of the error. The log has one line for a database that goes; that it is
    back is told by the next connection. Of locks it has one line a minute, with how many there
    were. (A Redis that goes is told by who asks it: the layer, or layers.redis.cache.)
    """
    kind = kind_of(error)
    if kind == UNAVAILABLE and isinstance(error, Error):
        for alias in failed_aliases():
            outage_of(alias).begin(error)
    elif kind == BUSY:
        refusals.note("a write to what somebody else has locked for too long", str(error))
    return kind


def failed_aliases():
    """Django's error doesn't say which database it is about, but the connection knows."""
    return [each.alias for each in connections.all() if each.errors_occurred] or [DEFAULT_DB_ALIAS]


def on_connected(connection, **kwargs):
    """A receiver of Django's connection_created."""
    if connection.alias in outages:
        outages[connection.alias].end()


@contextmanager
def answered(is_told=True):
    """
    For the `with` around what a frame asks for, whose sender is told of FrameErrors: raises Later
    for an error that means that. `is_told`: whether it is.
    """
    try:
        yield
    except Exception as error:
        kind = note(error) if is_told else None
        if kind is None:
            raise
        raise Later(kind) from error
