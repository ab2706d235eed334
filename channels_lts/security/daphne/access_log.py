"""
daphne's access log: a line for each request and each step of a socket.
"""
from channels_lts.logs import cut


class AccessLog:
    """Gives daphne's action logger what was asked for cut, and without what ends its quotes."""

    def __init__(self, action_logger):
        self.action_logger = action_logger

    def __call__(self, protocol, action, details):
        asked = {name: quotable(details[name]) for name in ("method", "path") if name in details}
        self.action_logger(protocol, action, dict(details, **asked))


def quotable(text):
    """What may stand between quotes in a line of the log."""
    return cut(text).replace('"', "\\x22")
