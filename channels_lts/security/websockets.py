"""
Counterpart of channels.security.websockets: who may open a socket. A browser sends a site's cookies
with every handshake, whatever page makes it, so the page's origin decides.
"""
import functools
import logging

from channels.exceptions import DenyConnection
from django.http.request import split_domain_port, validate_host

from channels_lts.conf import settings

from . import origins
from .handshake import header_values
from .refusal_log import RefusalLog

refusals = RefusalLog(logging.getLogger("channels_lts.security"))

# Some proxies (Traefik) send a socket's own scheme in X-Forwarded-Proto.
SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # Django's, with DEBUG and no ALLOWED_HOSTS


class Refused(Exception):
    """A handshake that isn't accepted: a reason, and what the client sent."""

    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class RefusedConnection(DenyConnection):
    """Refuses a handshake like DenyConnection. `reason`: one of a few, for the metrics."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def allowed_origins_only(consumer):
    """
    Decorates a consumer of websocket.connect: refuses a handshake unless its Host is in
    ALLOWED_HOSTS and its Origin is the site's own (scheme, host and port) or in
    CHANNELS_LTS["ALLOWED_ORIGINS"]. Replaces channels' allowed_hosts_only, which accepts every page
    on a host in ALLOWED_HOSTS, and any page at all if that is ["*"].
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        try:
            check(message)
        except Refused as refusal:
            refusals.note(refusal.reason, refusal.detail)
            raise RefusedConnection(refusal.reason)
        return consumer(message, *args, **kwargs)
    return inner


def no_foreign_origin(consumer):
    """
    Like allowed_origins_only, for consumers that channels doesn't check at all: a handshake without
    an Origin, which no browser sends, is accepted unless CHANNELS_LTS["REQUIRE_ORIGIN"].
    """
    checked = allowed_origins_only(consumer)

    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        is_browser = header_values(message, "origin") or settings.REQUIRE_ORIGIN
        return (checked if is_browser else consumer)(message, *args, **kwargs)
    return inner


def check(message):
    """Raises Refused."""
    host = host_of(message)
    if settings.ALLOWED_ORIGINS is None:
        return
    given = header_values(message, "origin")
    if len(given) != 1:
        raise Refused("a socket with %s Origin (ALLOWED_ORIGINS)" % (
            "more than one" if given else "no"))
    origin = origins.parse(given[0])
    if origin is None:
        raise Refused("a socket with an invalid Origin (ALLOWED_ORIGINS)", given[0])
    if origin not in own_origins(message, host) + allowed_origins():
        raise Refused("a socket from another origin (ALLOWED_ORIGINS)",
                      "%s at %s" % (given[0], host))


def host_of(message):
    """The host that a handshake asks for, like Django's request.get_host. Raises Refused."""
    found = settings.USE_X_FORWARDED_HOST and header_values(message, "x-forwarded-host")
    found = found or header_values(message, "host")
    host = found[0] if len(found) == 1 else ""
    allowed = settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, allowed):
        raise Refused("a socket for another host (ALLOWED_HOSTS)", host)
    return host


def own_origins(message, host):
    scheme = scheme_of(message)
    return [origins.of_host(each, host) for each in ([scheme] if scheme else ("http", "https"))]


def scheme_of(message):
    """
    The scheme of a handshake: according to the proxy, or daphne; None if neither says.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        values = header_values(message, name[len("HTTP_"):].replace("_", "-").lower())
        if values and SCHEMES.get(values[0], values[0]) == secure:
            return "https"
        return known_by_daphne(message) or "http"
    return known_by_daphne(message)


def known_by_daphne(message):
    return SCHEMES.get("".join(header_values(message, "daphne-scheme")))


def allowed_origins():
    return [origins.parse(text) for text in settings.ALLOWED_ORIGINS]
