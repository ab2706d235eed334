"""
The guard inside daphne, in front of a project.
"""
import functools
import logging
import re
import secrets

from channels_lts import packing
from channels_lts.conf import settings
from channels_lts.layers.base import capabilities_of
from channels_lts.layers.metrics import REFUSED

from ..refusal_log import RefusalLog
from . import access_log, open_files, speedups, startup
from .channel import GuardedChannel
from .clients import Clients
from .clock import Clock, steady
from .connections import Connections
from .dispatch import Dispatch
from .drain import Drain
from .factories import listening
from .forwarded import Forwarded
from .handshake import NEEDED, SCHEME
from .head import MALFORMED
from .refusal import Refusal
from .sockets import SocketGuard
from .timeouts import Timeouts
from .uploads import UploadBudget

logger = logging.getLogger(__name__)

PRINTABLE = re.compile(rb"[\t\x20-\x7e]*")
ROOT_PATH = b"daphne-root-path"


class Limits:
    """The engine's current settings, some of them overridden; None is no limit."""

    names = ("MAX_BODY", "MAX_HEADERS", "MAX_HEADER_BYTES", "HEADER_SECONDS", "BODY_SECONDS",
             "BODY_RATE", "LARGE_BODY", "MAX_WAITING_BYTES", "MAX_WAITING_BYTES_PER_ADDRESS",
             "MAX_CONNECTIONS_PER_ADDRESS")

    def __init__(self, **overrides):
        for name in self.names:
            value = overrides.pop(name) if name in overrides else getattr(settings, name)
            setattr(self, name, float("inf") if value is None else value)
        if overrides:
            raise TypeError("no such limit: %s" % ", ".join(overrides))

    def seconds_for(self, size):
        """How long this many bytes may take, for an incoming body or an answer being read."""
        return self.BODY_SECONDS + size / self.BODY_RATE


class Guard:
    """One per daphne factory: the state shared by its connections."""

    def __init__(self, factory, limits, clock, is_one_too_many):
        self.limits = limits
        self.clock = clock
        self.log = RefusalLog(logger, clock.seconds)
        self.drain = Drain(clock, factory)
        self.metrics = capabilities_of(factory.channel_layer).metrics
        self.clients = Clients(clock)
        self.uploads = UploadBudget(limits)
        self.forwarded = Forwarded(factory, settings.PROXY_HOPS)
        # Behind a proxy all connections come from the proxy.
        self.connections = Connections(
            float("inf") if self.forwarded.address else limits.MAX_CONNECTIONS_PER_ADDRESS)
        self.trusts_root_path = settings.TRUST_ROOT_PATH_HEADER
        self.response_headers = [(name.encode("latin1"), value.encode("latin1"))
                                 for name, value in settings.RESPONSE_HEADERS.items()]
        self.sockets = SocketGuard(clock, self.clients, is_one_too_many, self.log,
                                   self.response_headers, self.forwarded.names,
                                   self.handshake_refused)

    def prepare(self, head, peer):
        """
        Reduces a Head to what may be trusted. Returns the client's address. Raises Refusal.
        """
        if len(head.fields) > self.limits.MAX_HEADERS:
            raise Refusal(431, "a request has more than MAX_HEADERS")
        head.drop([SCHEME] if self.trusts_root_path else [SCHEME, ROOT_PATH])
        cookies = head.values(b"cookie")
        if len(cookies) > 1:  # RFC 7540, section 8.1.2.5: others would join them with a comma
            head.replace(b"cookie", [b"; ".join(cookies)])
        return self.forwarded.apply(head) or getattr(peer, "host", "")

    def check_handshake(self, head, address):
        """Raises Refusal for a WebSocket handshake that mustn't reach autobahn."""
        if self.drain.is_begun:
            raise Refusal(503, "a handshake while daphne ends", retry_after=1)
        for name in NEEDED:
            if not all(PRINTABLE.fullmatch(value) for value in head.values(name)):
                raise Refusal(400, MALFORMED)
        reason = self.clients.refuses_socket(address)
        if reason:
            raise Refusal(503, reason, retry_after=5)

    def handshake_refused(self, reason):
        """Call it for each handshake that isn't left to a worker. `reason`: one of a few."""
        self.metrics.count(REFUSED, reason)

    def start(self, reactor, on_drain=lambda: None):
        """
        Call it once, in the listening process, when its reactor runs. `on_drain()`: see
        Drain.install.
        """
        self.drain.install(reactor, on_drain)
        open_files.raise_limit()
        open_files.log_failures()

    def stop(self):
        """Call it before the reactor stops."""
        self.sockets.stop()


def guard(factory, clock, is_one_too_many=lambda socket: False, **limits):
    """
    Guards everything one of daphne's factories accepts from now on; returns the Guard.

    `clock`: a Clock. `is_one_too_many(socket)`: asked for each frame whether its socket may not
    send it; closes the socket itself. `limits`: override the settings of these names.
    """
    guarded = Guard(factory, Limits(**limits), clock, is_one_too_many)
    factory.protocol = functools.partial(GuardedChannel, guarded)
    factory.timeOut = settings.KEEP_ALIVE_SECONDS
    factory.check_timeouts = Timeouts(factory)
    factory.dispatch_reply = Dispatch(factory)
    # Twisted formats a line for its own access log, which daphne sends to nowhere.
    factory.log = lambda request: None
    factory.make_send_channel = lambda: factory.send_channel + secrets.token_hex(8)
    # HTTP/2 has a channel of its own, which nothing here guards.
    factory.acceptableProtocols = lambda: [b"http/1.1"]
    factory.ws_factory.protocol = guarded.sockets
    # autobahn only sees complete handshakes, and its timer would cut off one waiting for a worker
    # without an answer: GuardedSocket.check_ping answers.
    factory.ws_factory.setProtocolOptions(openHandshakeTimeout=0)
    if factory.action_logger is not None:
        factory.action_logger = access_log.replace(factory.action_logger, settings.LOG_FORMAT)
    for each in filter(None, (speedups.missing(), packing.missing())):
        logger.warning(each)
    return guarded


def is_guarded(factory):
    """Whether `guard` has been called for one of daphne's factories."""
    return isinstance(factory.ws_factory.protocol, SocketGuard)


def install(is_at_root=False):
    """
    Guards daphne in any project, whatever its channel layer: call it in the module that daphne is
    started with. A layer that guards daphne itself takes precedence. Also ends a daphne that isn't
    listening anywhere: its supervisor would think it healthy. `is_at_root`: the project can't run
    under a prefix, so a daphne with --root-path ends too.
    """
    from twisted.internet import reactor  # by now, daphne has installed one
    if is_at_root:
        reactor.callWhenRunning(startup.end_if_prefixed, reactor)
    steady(reactor)
    reactor.callWhenRunning(_guard_all, reactor)


def _guard_all(reactor):
    startup.end_if_deaf(reactor)
    for factory in listening(reactor):
        if not is_guarded(factory):
            guarded = guard(factory, Clock(reactor))
            guarded.start(reactor)
            reactor.addSystemEventTrigger("before", "shutdown", guarded.stop)
