"""
A daphne that can't listen, say on a port that is taken.
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
        logger.error("daphne listens nowhere, so it ends")
        logging.shutdown()
        os._exit(1)  # the reactor swallows SystemExit, and `reactor.stop` would mean success
