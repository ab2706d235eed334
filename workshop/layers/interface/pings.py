"""
daphne's sockets, with a bound on what they answer by themselves.
"""
from channels_lts.security.daphne.handshake import HandshakeSocket


class LimitedSocket(HandshakeSocket):
    """
    Counts a ping as a frame, and answers none while more than 64 KiB wait for the browser: who
    pings and never reads would fill daphne's memory. RFC 6455, section 5.5.3, asks for an answer to
    the last ping only.
    """

    def onPing(self, payload):
        if not (self.factory.refusals.is_one_too_many(self) or self.transport.producerPaused):
            super().onPing(payload)
