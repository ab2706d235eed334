"""
The number of files that a process may have open: each connection is one.
"""
import codecs
import logging
import resource

from twisted.logger import globalLogPublisher

from ..refusal_log import RefusalLog

# What Twisted logs when it can't accept (twisted.internet.tcp._accept), which daphne suppresses.
FAILED = frozenset(["EMFILE encountered; releasing reserved file descriptor.",
                    "Could not accept new connection ({acceptError})"])

refusals = RefusalLog(logging.getLogger(__name__))


def raise_limit():
    """Raises the soft limit, usually 1,024, to what the system allows the process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # macOS says "unlimited", but means less
        pass


def log_failures():
    """Logs connections that can't be accepted; repeating it does no harm."""
    codecs.lookup("unicode_escape")  # for a RefusalLog: loading it later would need a file
    globalLogPublisher.addObserver(observe)


def observe(event):
    if event.get("log_format") in FAILED:
        refusals.note("connections that can't be accepted, for want of open files (ulimit -n)",
                      event.get("acceptError", "EMFILE"))
