"""
A daphne that mustn't go on as it was started.
"""
import logging
import os

from .factories import listening

logger = logging.getLogger(__name__)


def end_if_deaf(reactor):
    """
    Ends the process with status 1 if no daphne in it listens: to be called when the reactor
    begins to run. daphne logs why it can't, and runs on, deaf (`Server.on_listener_error`), so no
    supervisor would start it again. Its endpoints have tried by now; nothing else has begun.
    """
    if not listening(reactor):
        end("daphne listens nowhere, so it ends")


def end_if_prefixed(reactor):
    """
    Ends the process with status 1 if daphne has a --root-path, for a site that must live at `/`:
    daphne tells no socket of it, and the pages' links would lead elsewhere than their sockets.
    """
    if any(factory.root_path.strip("/") for factory in listening(reactor)):
        end("This site must live at /, and daphne has a --root-path, so it ends")


def end(reason):
    logger.error(reason)
    logging.shutdown()
    os._exit(1)  # the reactor swallows SystemExit, and `reactor.stop` would mean success
