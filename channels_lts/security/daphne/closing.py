"""
Closes daphne's sockets with codes that daphne's own methods don't accept.
"""
from autobahn.twisted.websocket import ConnectionDeny

from channels_lts.conf import settings

RESTARTED = 1012  # RFC 6455 registry: service restart, reconnect


def close(protocol, code, reason=None):
    """
    Ends a socket with any code (`sendClose` only accepts 1000 and private ones). Its disconnect is
    sent as usual. One that is still connecting is refused. `reason`: bytes, at most 123.
    """
    if protocol.state == protocol.STATE_OPEN:
        protocol.sendCloseFrame(code=code, reasonUtf8=reason, isReply=False)
    elif protocol.state == protocol.STATE_CONNECTING:
        refuse(protocol, "Service restart")


def restart(protocol, seconds=None):
    """
    Tells a browser to reconnect at a random moment within this many seconds, given in the close
    reason. `seconds`: None for RETURN_SPREAD.
    """
    within = settings.RETURN_SPREAD if seconds is None else seconds
    close(protocol, RESTARTED, b"spread=%g" % within)


def refuse(protocol, reason):
    """Answers a handshake with 503, as daphne does when its connect isn't accepted."""
    deferred = getattr(protocol, "handshake_deferred", None)
    if deferred is not None and not deferred.called:
        deferred.errback(ConnectionDeny(code=503, reason=reason))
        protocol.cleanup()
