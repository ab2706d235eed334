"""
A daphne that can't listen, say on a port that is taken.
"""
import logging
import os

from twisted.internet import reactor

from channels_lts.security.daphne.factories import listening

logger = logging.getLogger(__name__)


def end_without():
    """To be called before the reactor runs: if daphne listens nowhere then, the process ends."""
    reactor.callWhenRunning(_check)


def _check():
    # daphne logs why it can't, and runs on, deaf (`Server.on_listener_error`): no supervisor would
    # start it again. Its endpoints have tried by now; nothing else has begun.
    if not listening(reactor):
        logger.error("daphne listens nowhere, so it ends")
        logging.shutdown()
        os._exit(1)  # the reactor swallows SystemExit, and `reactor.stop` would mean success
