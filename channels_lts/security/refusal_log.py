"""
Logs what the guards refuse.
"""
import logging
import threading
import time
from http.client import responses


class RefusalLog:
    """
    Logs the first refusal for a reason at once, as a warning, and after that at most one line per
    `interval`, with the number of further ones.
    """
    interval = 60  # seconds
    longest = 200  # characters, for a detail

    def __init__(self, logger, clock=time.monotonic):
        """`clock`: returns seconds."""
        self.logger = logger
        self.clock = clock
        self.lock = threading.Lock()
        self.told_at = {}
        self.untold = {}

    def note(self, reason, detail=""):
        """
        `reason`: one of a few, naming the setting. `detail`: text or bytes that a client may have
        chosen; it is escaped, and cut.
        """
        with self.lock:
            now = self.clock()
            if reason in self.told_at and now - self.told_at[reason] < self.interval:
                self.untold[reason] = self.untold.get(reason, 0) + 1
                return
            self.told_at[reason] = now
            more = self.untold.pop(reason, 0)
        self.logger.warning("Refused: %s%s%s", reason, self._in_brackets(detail),
                            "; %d more since the last such line" % more if more else "")

    def _in_brackets(self, detail):
        escaped = escape(detail[:self.longest])[:self.longest]
        return " (%s)" % escaped if escaped else ""


class RefusalHandler(logging.Handler):
    """
    For the project's LOGGING: turns what Django logs for each request that it refuses itself, such
    as an error for every wrong Host (`django.security`), into the lines of a RefusalLog.
    """
    reasons = {
        "DisallowedHost": "a request for another host (ALLOWED_HOSTS)",
        "csrf": "a form without the token of its page (CSRF)",
    }

    def __init__(self, logger="channels_lts.security", **kwargs):
        super().__init__(**kwargs)
        self.refusals = RefusalLog(logging.getLogger(logger))

    def emit(self, record):
        kind = record.name.rpartition(".")[2]
        self.refusals.note(self.reasons.get(kind, kind), record.getMessage())


class RefusalFilter(logging.Filter):
    """
    For the project's LOGGING, at the logger itself: turns what `django.request` logs for each
    request answered with 4xx, and daphne for each socket closed under load, into the lines of a
    RefusalLog. Anything else, such as a 500 with its traceback, passes.
    """
    of_daphne = {
        "WebSocket force closed for %s due to connect backpressure":
            "a handshake while websocket.connect is full",
        "WebSocket force closed for %s due to receive backpressure":
            "a frame while websocket.receive is full",
    }

    def __init__(self, logger="channels_lts.security"):
        super().__init__()
        self.refusals = RefusalLog(logging.getLogger(logger))

    def filter(self, record):
        reason = self._reason(record)
        if reason is not None:
            self.refusals.note(reason, record.getMessage())
        return reason is None

    def _reason(self, record):
        status = getattr(record, "status_code", None)
        if status is None:
            return self.of_daphne.get(str(record.msg))
        return "%d %s" % (status, responses.get(status, "")) if 400 <= status < 500 else None


def escape(detail):
    """Text or bytes as printable ASCII in one line."""
    if isinstance(detail, bytes):
        detail = detail.decode("latin1")
    return detail.encode("unicode_escape").decode("ascii")
