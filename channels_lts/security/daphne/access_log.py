"""
daphne's access log: a line for each request and each step of a socket.
"""
import datetime
import time

from daphne.access import AccessLogGenerator

from channels_lts.logs import cut
from channels_lts.logs.as_json import line
from channels_lts.logs.subject import current

STEPS = {"connecting": "WSCONNECTING", "rejected": "WSREJECT", "connected": "WSCONNECT",
         "disconnected": "WSDISCONNECT"}


def replace(action_logger, log_format):
    """The replacement for one of daphne's action loggers. `log_format`: LOG_FORMAT."""
    if not isinstance(action_logger, AccessLogGenerator):
        return AccessLog(action_logger)
    return (JSONAccessLog if log_format == "json" else NCSAAccessLog)(action_logger)


class AccessLog:
    """
    Passes the request on to daphne's action logger truncated, and without characters that end
    quotes.
    """

    def __init__(self, action_logger):
        self.action_logger = action_logger

    def __call__(self, protocol, action, details):
        asked = {name: quotable(details[name]) for name in ("method", "path") if name in details}
        self.write(protocol, action, dict(details, **asked))

    def write(self, protocol, action, details):
        self.action_logger(protocol, action, details)


class NCSAAccessLog(AccessLog):
    """
    daphne's lines, with the id of the request or socket in NCSA's place for the client's identity.
    """

    def write(self, protocol, action, details):
        verb = details.get("method") if protocol == "http" else STEPS.get(action)
        if verb and (protocol == "websocket" or action == "complete"):
            self.action_logger.write_entry(
                host=details["client"], date=datetime.datetime.now(), ident=current().request,
                request="%s %s" % (verb, details["path"]), status=details.get("status"),
                length=details.get("size"))


class JSONAccessLog(AccessLog):
    """A JSON object for each line, with the same members as a worker's log."""

    def write(self, protocol, action, details):
        verb = details.get("method") or STEPS.get(action, action)
        self.action_logger.stream.write(line(
            time.time(), "INFO", "daphne.access", "%s %s" % (verb, details["path"]),
            protocol=protocol, action=action, client=details.get("client"),
            status=details.get("status"), size=details.get("size"),
            seconds=details.get("time_taken")) + "\n")


def quotable(text):
    """What may appear between quotes in a log line."""
    return cut(text).replace('"', "\\x22")
