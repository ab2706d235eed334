"""
The files that a process may have open: each connection is one.
"""
import codecs
import logging
import resource

from twisted.logger import globalLogPublisher

from ..refusal_log import RefusalLog

# What Twisted says when it can't accept (twisted.internet.tcp._accept); daphne lets nobody hear it.
FAILED = frozenset(["EMFILE encountered; releasing reserved file descriptor.",
                    "Could not accept new connection ({acceptError})"])

refusals = RefusalLog(logging.getLogger(__name__))


def raise_limit():
    """Raises the soft limit, 1,024 in most places, to what the system lets the process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # macOS says "unlimited", and means less
        pass


def log_failures():
    """Logs connections that can't be accepted; more than once does no harm."""
    codecs.lookup("unicode_escape")  # with which a RefusalLog writes: a file, when it is too late
    globalLogPublisher.addObserver(observe)


def observe(event):
    if event.get("log_format") in FAILED:
        refusals.note("connections that can't be accepted, for want of open files (ulimit -n)",
                      event.get("acceptError", "EMFILE"))
