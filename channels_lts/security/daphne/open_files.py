"""
The files that a process may have open: each connection is one.
"""
import resource

from twisted.logger import globalLogPublisher

# What Twisted says when it can't accept (twisted.internet.tcp._accept); daphne lets nobody hear it.
FAILED = frozenset(["EMFILE encountered; releasing reserved file descriptor.",
                    "Could not accept new connection ({acceptError})"])


def raise_limit():
    """Raises the soft limit, 1,024 in most places, to what the system lets the process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # macOS says "unlimited", and means less
        pass


def note_failures(log):
    """`log`: a RefusalLog, which hears of connections that can't be accepted."""
    def observe(event):
        if event.get("log_format") in FAILED:
            log.note("connections that can't be accepted, for want of open files (ulimit -n)",
                     event.get("acceptError", "EMFILE"))
    globalLogPublisher.addObserver(observe)
