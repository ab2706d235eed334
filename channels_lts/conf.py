"""
The engine's settings: `CHANNELS_LTS`, a dict in the project's settings, with these defaults.

docs/security.md says what each one limits, and what it costs. None switches a limit off.
"""
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

KIB, MIB = 2 ** 10, 2 ** 20

DEFAULTS = {
    # One request, at daphne (channels_lts/security/daphne)
    "MAX_BODY": 16 * MIB,  # bytes
    "MAX_HEADERS": 100,
    "MAX_HEADER_BYTES": 16 * KIB,  # the request line and all headers
    "HEADER_SECONDS": 20,  # from a request's first byte to the end of the headers; for TLS to begin
    "BODY_SECONDS": 30,  # for a body, and one more for each BODY_RATE bytes; likewise for
                         # reading an answer after which the connection ends
    "BODY_RATE": 8 * KIB,  # bytes a second

    # Connections that aren't sockets, at daphne without --proxy-headers
    "MAX_CONNECTIONS_PER_ADDRESS": 500,

    "KEEP_ALIVE_SECONDS": 75,  # how long a connection may wait for its next request: longer than
                               # the proxies in front keep it, most of them 60
    # Waiting for workers: bodies that daphne holds or has sent on, without an answer yet
    "LARGE_BODY": 64 * KIB,  # bytes; smaller ones aren't counted
    "MAX_WAITING_BYTES": 128 * MIB,
    "MAX_WAITING_BYTES_PER_ADDRESS": 64 * MIB,

    "ADDRESS_REQUESTS_WAITING": 50,  # and as many handshakes, in their channels: more wait at
                                     # daphne. With many workers, twice their threads

    # Sockets, at daphne: (sustained rate per second, burst); None: no limit. What one of them may
    # send in frames is the layer's frame_rate and frame_burst.
    "SOCKET_BYTES": (256 * KIB, 4 * MIB),
    "ADDRESS_BYTES": (MIB, 16 * MIB),
    "ADDRESS_FRAMES": (1000, 10000),
    "ADDRESS_FRAMES_WAITING": 50,  # for workers, in the channel: more wait at daphne, in turns
    "MAX_SOCKETS_PER_ADDRESS": 1000,
    "MESSAGE_SECONDS": 60,  # from a message's first byte to its last

    # The end of a daphne, in seconds (docs/deploy.md)
    "DRAIN_SPREAD": 0,  # from SIGTERM to closing the last socket: 0 if no other daphne is
                        # there for them to reconnect to
    "DRAIN_LIMIT": 8,  # from SIGTERM to the exit; less than the supervisor waits: Docker's 10
    "RETURN_SPREAD": 3,  # pages told to reconnect at the same time (1012) do so within this

    # Who may see /metrics, with channels_lts.metrics.middleware: all that is set must match; nobody
    # if neither is
    "METRICS_TOKEN": None,  # text of ASCII, in Authorization: Bearer
    "METRICS_ADDRESSES": (),  # addresses or networks of clients ("10.0.0.0/8"), as daphne sees them

    # Logs: "lines" or "json", for daphne's access log and our commands; LOGGING has its own
    "LOG_FORMAT": "lines",
    "REQUEST_ID_HEADER": None,  # by which only a proxy may name a request: "X-Request-ID"

    # The proxies in front of daphne
    "PROXY_HOPS": 1,  # proxies that append to X-Forwarded-For (0: no header is trusted);
                      # applies with daphne's --proxy-headers
    "TRUST_ROOT_PATH_HEADER": False,  # Daphne-Root-Path
    "RESPONSE_HEADERS": {},  # added to every answer that lacks them, {name: value}

    # One request, at the worker (channels_lts/security/handler.py)
    "MAX_HEADER_LENGTHS": {  # characters; hints are cut, others refused
        "accept": 1024,
        "accept-charset": 256,
        "accept-encoding": 256,
        "accept-language": 500,
        "content-type": 512,
        "cookie": 8192,
    },
    "MAX_FIELD_LENGTHS": {  # characters, of form fields by name, checked before anything reads them
        "username": 254,
        "email": 254,
        "password": 4096,
        "password1": 4096,
        "password2": 4096,
        "old_password": 4096,
        "new_password1": 4096,
        "new_password2": 4096,
        "language": 100,  # Django caches the last 1,000 that were requested
        "next": 2048,
    },
    "MAX_FIELD_NAME_LENGTH": 200,  # characters, of a form field's name
    "MAX_PARTS": 1000,  # in a multipart body
    "MAX_FILES": 100,
    "SEARCH_FIELDS": ("q", "search"),  # in the query string
    "MAX_SEARCH_LENGTH": 200,
    "MAX_SEARCH_WORDS": 10,
    "COOKIE_SAMESITE": "Lax",  # for cookies that don't set one

    # Workers
    "CONSUMER_SECONDS": 300,  # after which a consumer that hasn't ended is reported
    # How long PostgreSQL may take to answer one query, with channels_lts.postgresql; None: no
    # limit. Longer than the slowest legitimate query, and than lock_timeout and statement_timeout.
    "QUERY_SECONDS": 60,

    # Whether pages know the frames that channels doesn't send (docs/bindings.md): answers, sync,
    # reload
    "ANSWER_FRAMES": False,
    # Sent in each sync, so that old pages can say that there is a new version; None: not sent
    "PAGE_VERSION": None,

    # Where the admin's pages open their sockets: the path at which the routing includes
    # channels_lts.admin.routing, with a trailing slash
    "ADMIN_SOCKETS": "/ws/admin/",
    # What people on the site are looking at, for the admin's index: the dotted name of a function
    # that takes a request and returns (presence scope, name, URL) for what its person may hear of
    "SITE_PLACES": None,

    # Whether bound tables have triggers, or will have (`manage.py bindings install`)
    "BINDING_TRIGGERS": False,

    # Presence, in seconds (docs/presence.md). Their sum and daphne's pings stay below 45.
    "PRESENCE_GRACE": 4,  # a person without a socket still counts: reloads go unnoticed
    "PRESENCE_LEASE": 20,  # silence after which a daphne counts as dead; it reports every 9
    "PRESENCE_TURN": 1,  # between two sweeps

    # Access
    "ALLOWED_ORIGINS": (),  # of sockets, besides the site's own: "https://example.org:8443";
                            # None: any, or none at all
    "REQUIRE_ORIGIN": False,  # for the generic consumers' sockets: all browsers send one
    # At most (attempts, seconds). Passwords: for one name, for a browser known for it, and for a
    # user who changes a password by giving the old one; and for one address.
    "LOGIN_FAILURES": (10, 600),
    "LOGIN_FAILURES_PER_ADDRESS": (30, 600),
    "SIGN_UPS": (30, 600),  # for one address, failed or not
    "LOGIN_VIEWS": (),  # names of URLs that log in, besides Django's views and the admin's
    "SIGN_UP_VIEWS": (),  # names of URLs
    "SESSION_SWEEP_SECONDS": 10,  # between two searches for expired sessions; 0: never
    "WEBSOCKET_TIMEOUT": 86400,  # seconds a socket may live: daphne's --websocket_timeout
}

# Django's own settings that the engine needs, with the project's values
DJANGO = frozenset((
    "ALLOWED_HOSTS", "CACHES", "CHANNEL_LAYERS", "DATABASES", "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DATA_UPLOAD_MAX_NUMBER_FIELDS", "DEBUG", "DEFAULT_CHARSET", "FORCE_SCRIPT_NAME", "LANGUAGES",
    "LANGUAGE_CODE", "LANGUAGE_COOKIE_NAME", "MIDDLEWARE", "SECRET_KEY",
    "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_NAME", "SESSION_ENGINE", "STATIC_URL",
    "USE_TZ", "USE_X_FORWARDED_HOST"))


class Settings:
    """
    Each of DEFAULTS as an attribute, with the project's value if it has one; likewise DJANGO's.
    """

    def __getattr__(self, name):
        if name in DJANGO:
            return getattr(django_settings, name)
        try:
            default = DEFAULTS[name]
        except KeyError:
            raise AttributeError(name)
        return project().get(name, default)


def project():
    """The project's CHANNELS_LTS; {} if the layer runs without Django's settings."""
    try:
        return getattr(django_settings, "CHANNELS_LTS", {})
    except ImproperlyConfigured:
        return {}


settings = Settings()


def bound(name):
    """A setting's number, for comparisons; None, which switches it off, is larger than any."""
    value = getattr(settings, name)
    return float("inf") if value is None else value
