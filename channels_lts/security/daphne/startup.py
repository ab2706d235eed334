"""
A daphne that must not keep running as it was started.
"""
import logging
import os

from .factories import listening

logger = logging.getLogger(__name__)


def end_if_deaf(reactor):
    """
    Ends the process with status 1 if no daphne in it is listening: call it when the reactor starts.
    daphne logs why it can't listen, and keeps running (`Server.on_listener_error`), so no
    supervisor would restart it. Its endpoints have tried by now; nothing else has begun.
    """
    if not listening(reactor):
        end("daphne isn't listening anywhere, so it exits")


def end_if_prefixed(reactor):
    """
    Ends the process with status 1 if daphne has a --root-path, for a site that must run at `/`:
    daphne doesn't tell sockets about it, and the pages' links would lead elsewhere than their
    sockets.
    """
    if any(factory.root_path.strip("/") for factory in listening(reactor)):
        end("This site must live at /, and daphne has a --root-path, so it exits")


def end(reason):
    logger.error(reason)
    logging.shutdown()
    os._exit(1)  # the reactor swallows SystemExit, and `reactor.stop` would mean success
