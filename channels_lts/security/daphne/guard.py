"""
What stands in daphne in front of a project.
"""
import functools
import logging
import re
import time

from channels_lts.conf import settings

from ..addresses import one_of_a_client
from ..refusal_log import RefusalLog
from .channel import GuardedChannel
from .factories import listening
from .forwarded import Forwarded
from .handshake import NEEDED, SCHEME, HandshakeSocket
from .head import MALFORMED
from .refusal import Refusal
from .uploads import UploadBudget

logger = logging.getLogger(__name__)

PRINTABLE = re.compile(rb"[\t\x20-\x7e]*")
ROOT_PATH = b"daphne-root-path"


class Limits:
    """The engine's settings as they are now, with some overridden; None is no limit."""

    names = ("MAX_BODY", "MAX_HEADERS", "MAX_HEADER_BYTES", "HEADER_SECONDS", "BODY_SECONDS",
             "BODY_RATE", "LARGE_BODY", "MAX_WAITING_BYTES", "MAX_WAITING_BYTES_PER_ADDRESS")

    def __init__(self, **overrides):
        for name in self.names:
            value = overrides.pop(name) if name in overrides else getattr(settings, name)
            setattr(self, name, float("inf") if value is None else value)
        if overrides:
            raise TypeError("no such limit: %s" % ", ".join(overrides))


class Guard:
    """One for each of daphne's factories: what its connections share."""

    def __init__(self, factory, limits, clock):
        self.limits = limits
        self.clock = clock
        self.log = RefusalLog(logger, clock)
        self.uploads = UploadBudget(limits)
        self.forwarded = Forwarded(factory, settings.PROXY_HOPS)
        self.trusts_root_path = settings.TRUST_ROOT_PATH_HEADER
        self.response_headers = [(name.encode("latin1"), value.encode("latin1"))
                                 for name, value in settings.RESPONSE_HEADERS.items()]

    def prepare(self, head, peer):
        """
        Leaves of a Head what may be believed. Returns the client's address. Raises Refusal.
        """
        if len(head.fields) > self.limits.MAX_HEADERS:
            raise Refusal(431, "a request has more than MAX_HEADERS")
        head.drop([SCHEME] if self.trusts_root_path else [SCHEME, ROOT_PATH])
        cookies = head.values(b"cookie")
        if len(cookies) > 1:  # RFC 7540, section 8.1.2.5: others join them by a comma
            head.replace(b"cookie", [b"; ".join(cookies)])
        return self.forwarded.apply(head) or getattr(peer, "host", "")

    def check_handshake(self, head, address):
        """Raises Refusal for a WebSocket's that isn't to reach autobahn."""
        for name in NEEDED:
            if not all(PRINTABLE.fullmatch(value) for value in head.values(name)):
                raise Refusal(400, MALFORMED)
        reason = self.refuses_socket(one_of_a_client(address))
        if reason:
            raise Refusal(503, reason, retry_after=5)

    def refuses_socket(self, client):
        """Why a client may not have one more WebSocket, or None."""


def guard(factory, clock=time.monotonic, **limits):
    """
    Guards what one of daphne's factories will accept from now on. `limits`: in place of the
    settings of these names; `clock`: returns seconds that nobody sets. Returns the Guard, which
    the factory has as `guard` too.
    """
    factory.guard = Guard(factory, Limits(**limits), clock)
    factory.protocol = functools.partial(GuardedChannel, factory.guard)
    # HTTP/2 has a channel of its own, which nothing here stands in front of.
    factory.acceptableProtocols = lambda: [b"http/1.1"]
    if not issubclass(factory.ws_factory.protocol, HandshakeSocket):
        factory.ws_factory.protocol = HandshakeSocket
    return factory.guard


def install():
    """
    Guards daphne in any project, whatever its channel layer is: to be called in the module that
    daphne is started with. A layer that guards it itself goes first.
    """
    from twisted.internet import reactor  # by now, daphne has installed one
    reactor.callWhenRunning(_guard_all, reactor)


def _guard_all(reactor):
    for factory in listening(reactor):
        if not hasattr(factory, "guard"):
            guard(factory)
