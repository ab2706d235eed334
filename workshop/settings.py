"""
Settings of Workshop. Deployments differ only in their environment: .env.example lists all of it.
"""
import hashlib
import os

from django.utils.translation import ugettext_lazy as _
from dotenv import load_dotenv

from . import environment

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Before every read below; the environment takes precedence, then what the site runs with.
environment.load_running(os.path.join(BASE_DIR, ".running.json"))
load_dotenv(os.path.join(BASE_DIR, ".env"))

DEBUG = environment.boolean("DEBUG", default=False)
SECRET_KEY = environment.required(
    "SECRET_KEY", "script/bootstrap writes one to .env; in production set it in the environment")
OPEN_ACCESS = environment.boolean("OPEN_ACCESS", default=DEBUG)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
if not ALLOWED_HOSTS:
    environment.stop("ALLOWED_HOSTS", "is not set. List the host names of the site, "
                                      "comma separated (sockets are checked against it too)")
environment.integer("PORT", 8000, minimum=1, maximum=65535)  # daphne's, by the Procfile
environment.integer("WEB_CONCURRENCY", 2, minimum=1, maximum=1024)  # workers, by script/server

INSTALLED_APPS = [
    "workshop",
    "channels_lts",  # before channels: its management commands come first
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "channels.delay",
    "rest_framework",
    "django_filters",
    "webpack_loader",
    "links",
    "display",
    "chat",
    "primer",
]

MIDDLEWARE = [
    # The first two also see the errors of the others.
    "channels_lts.security.middleware.DefaultHeadersMiddleware",
    "workshop.middleware.ContentSecurityPolicyMiddleware",
    # Whatever the Host, and without a redirect to HTTPS
    "workshop.health.HealthMiddleware",
    "channels_lts.metrics.middleware.MetricsMiddleware",
    "workshop.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "channels_lts.auth.SocketSessionMiddleware",  # before sessions: it needs them stored
    "django.contrib.sessions.middleware.SessionMiddleware",
    "workshop.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "channels_lts.binding.actor.ActorMiddleware",
    "channels_lts.security.middleware.ThrottleMiddleware",  # after the check of CSRF tokens
    "display.middleware.FollowLoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "workshop.urls"
WSGI_APPLICATION = "workshop.wsgi.application"

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.debug",
            "django.template.context_processors.request",
            "django.template.context_processors.i18n",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ],
    },
}]

# Database

DATABASES = {
    "default": environment.database(
        "DATABASE_URL", "sqlite:///" + os.path.join(BASE_DIR, "db.sqlite3")),
}
# Seconds to wait for what somebody else has locked (workshop/database.py for PostgreSQL), since
# pages wait for the worker meanwhile. Then the answer is 503 or "busy".
LOCK_SECONDS = 5 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Several workers write to one file, which is locked as a whole.
    DATABASES["default"]["ENGINE"] = "workshop.sqlite3"
    DATABASES["default"].setdefault("OPTIONS", {})["timeout"] = LOCK_SECONDS
    # In workers; elsewhere 0. An idle site should have no file open: then copying or replacing it
    # covers everything.
    DATABASES["default"]["CONN_MAX_AGE"] = 5
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"].startswith("django.db.backends.postgresql"):
    DATABASES["default"]["ENGINE"] = "channels_lts.postgresql"  # QUERY_SECONDS; psycopg2 2.9 too
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)  # seconds

# Channels

# For the servers of REDIS_URL without a password there, and for masters named by Sentinels.
_REDIS_CREDENTIALS = {"username": environment.text("REDIS_USERNAME"),
                      "password": environment.text("REDIS_PASSWORD")}
REDIS_URLS = environment.redis_urls("REDIS_URL", _REDIS_CREDENTIALS)
REDIS_ENCRYPTION_KEYS = environment.encryption_keys("REDIS_ENCRYPTION_KEYS")
REDIS_SENTINELS = environment.sentinels("REDIS_SENTINELS")
REDIS_SERVICES = environment.services("REDIS_SERVICES", _REDIS_CREDENTIALS)
WEBSOCKET_TIMEOUT = 43200  # seconds; daphne's --websocket_timeout in the Procfile
# Sites on one Redis would take each other's messages; all processes of a site share its secret.
SITE = "workshop-" + hashlib.sha256(SECRET_KEY.encode("utf8")).hexdigest()[:8]
_LAYER_CONFIG = {
    # Longer than a socket can live, or sockets would outlive their group membership.
    "group_expiry": 2 * WEBSOCKET_TIMEOUT,
    "capacity": 1000,
    # One capacity applies to all sockets of a daphne (channels_redis issue 62), so it is large.
    "channel_capacity": {"daphne.response.*": 20000},
}
_REDIS_CONFIG = dict(
    _LAYER_CONFIG,
    hosts=REDIS_SENTINELS or REDIS_URLS,  # Sentinels say where the servers are
    prefix=SITE + ":",
    stats_prefix=SITE + "-meta:",
    symmetric_encryption_keys=REDIS_ENCRYPTION_KEYS,
)
if REDIS_SENTINELS and _REDIS_CREDENTIALS["password"]:
    _REDIS_CONFIG["connection_kwargs"] = {
        name: value for name, value in _REDIS_CREDENTIALS.items() if value}
_STOCK_CONFIG = _REDIS_CONFIG
if REDIS_SENTINELS and REDIS_SERVICES:
    _STOCK_CONFIG = dict(_REDIS_CONFIG, services=environment.words("REDIS_SERVICES"))
    _REDIS_CONFIG = dict(_REDIS_CONFIG, services=REDIS_SERVICES)
_IPC_CONFIG = dict(
    _LAYER_CONFIG,
    prefix=SITE,  # macOS allows 30 characters, "-messages" included
    # Nobody listens to it here, and each receive reads everything that waits.
    channel_capacity=dict(_LAYER_CONFIG["channel_capacity"], **{"http.disconnect": 0}),
)
_SENTINEL = "Sentinel" if REDIS_SENTINELS else ""
_LAYERS = {
    "memory": {"BACKEND": "asgiref.inmemory.ChannelLayer"},
    "redis": {"BACKEND": "channels_lts.layers.redis.Redis%sChannelLayer" % _SENTINEL,
              "CONFIG": _REDIS_CONFIG},
    "stock": {"BACKEND": "asgi_redis.Redis%sChannelLayer" % _SENTINEL, "CONFIG": _STOCK_CONFIG},
    "ipc": {"BACKEND": "channels_lts.layers.ipc.IPCChannelLayer", "CONFIG": _IPC_CONFIG},
}
_HAS_REDIS = REDIS_URLS or REDIS_SENTINELS
CHANNEL_LAYER = environment.choice(
    "CHANNEL_LAYER", default="redis" if _HAS_REDIS else "memory", choices=_LAYERS)
if CHANNEL_LAYER in ("redis", "stock") and not _HAS_REDIS:
    environment.stop("REDIS_URL", "is not set, and CHANNEL_LAYER=%s needs it" % CHANNEL_LAYER)
if REDIS_SERVICES and not REDIS_SENTINELS:
    environment.stop("REDIS_SENTINELS", "is not set, and REDIS_SERVICES needs it")
if CHANNEL_LAYER in ("redis", "stock") and not REDIS_URLS and not REDIS_SERVICES:
    environment.stop("REDIS_SERVICES", "is not set. Name the master that REDIS_SENTINELS watch, "
                                       "such as mymaster: the cache is there, too")
if CHANNEL_LAYER == "stock" and _REDIS_CREDENTIALS["username"]:
    environment.stop("REDIS_USERNAME", "is set, and CHANNEL_LAYER=stock knows no users")
for name in ("REDIS_SENTINELS", "REDIS_SERVICES"):
    if CHANNEL_LAYER == "stock" and "://" in environment.text(name):
        environment.stop(name, "has a URL, and CHANNEL_LAYER=stock takes host:port and names only")
CHANNEL_LAYERS = {
    "default": dict(_LAYERS[CHANNEL_LAYER], ROUTING="workshop.routing.channel_routing"),
}

# Seconds after which a long poll ends without an answer; daphne ends one after 60.
PRIMER_POLL_SECONDS = 25


# Every process must see the same cache: it counts what is limited, and, if the layer isn't in
# Redis, stores which session each open socket belongs to.
if REDIS_URLS or REDIS_SERVICES:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": (REDIS_URLS or REDIS_SERVICES)[0],
            "KEY_PREFIX": SITE,
            "VERSION": 2,  # 1 holds pickles, of an older release before or beside this one
            "OPTIONS": {
                "CONNECTION_POOL_CLASS": "channels_lts.redis.ConnectionPool",  # users, time limits
                "REDIS_CLIENT_CLASS": "channels_lts.layers.redis.cache.CacheClient",  # outages
                # Anybody able to write to Redis could run code here with a pickle.
                "SERIALIZER": "channels_lts.caches.JSONSerializer",
            },
        },
    }
    if not REDIS_URLS:
        CACHES["default"]["OPTIONS"].update(
            CONNECTION_POOL_CLASS="channels_lts.redis.MasterPool",
            CONNECTION_POOL_KWARGS={"sentinels": REDIS_SENTINELS})
elif CHANNEL_LAYER == "ipc":
    # The limits need an atomic add and incr, which none of Django's shared backends has. Files
    # rather than a table: each socket writes, and SQLite's one writer is needed for the pages.
    CACHES = {
        "default": {
            "BACKEND": "channels_lts.caches.SharedFileCache",
            "LOCATION": "/tmp/%s-cache" % SITE,  # not TMPDIR: the same folder for every process
            "OPTIONS": {"MAX_ENTRIES": 100000},
        },
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Django's 300 entries are gone within a minute: sessions of sockets, limits, news.
            "OPTIONS": {"MAX_ENTRIES": 100000},
        },
    }

# Front end

STATIC_URL = "/static/"
STATIC_ROOT = os.path.join(BASE_DIR, "staticfiles")
if not DEBUG:
    STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_USE_FINDERS = DEBUG
WEBPACK_LOADER = {
    "DEFAULT": {
        "BUNDLE_DIR_NAME": "bundles/",
        "STATS_FILE": os.path.join(BASE_DIR, "workshop", "front", "webpack-stats.json"),
        "CACHE": not DEBUG,
        "LOADER_CLASS": "workshop.webpack.BundleLoader",
    },
}

# REST

REST_FRAMEWORK = {
    "DEFAULT_PARSER_CLASSES": [
        "workshop.rest.StrictJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "workshop.permissions.ModelPermission",
    ],
    # No HTTP Basic: nothing counts the passwords tried with it.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_FILTER_BACKENDS": [
        "workshop.queries.KnownParametersFilter",  # before the others
        "django_filters.rest_framework.DjangoFilterBackend",
        "workshop.search.SearchFilter",
        "workshop.queries.OrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "workshop.pagination.BoundedPagination",
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "workshop.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "workshop.openapi.Schema",
    "EXCEPTION_HANDLER": "workshop.rest.exception_handler",
    "NON_FIELD_ERRORS_KEY": "__all__",  # as in the bindings' error frames, and in Django
}

# Accounts

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name} for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "display:login"
LOGIN_REDIRECT_URL = "display:user-list"
LOGOUT_REDIRECT_URL = "display:user-list"
CSRF_FAILURE_VIEW = "workshop.csrf.failure"

# Languages

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [os.path.join(BASE_DIR, "workshop", "locale")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_L10N = True
USE_TZ = True

# Security

HTTPS = environment.boolean("HTTPS", default=False)
if HTTPS:  # behind a proxy that speaks TLS and sets (not passes on) X-Forwarded-Proto
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    # Subdomains and browsers' preload lists are up to the owner of the whole domain.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
LOG_FORMAT = environment.choice("LOG_FORMAT", default="lines", choices=("lines", "json"))
# Also on answers that pass no middleware: daphne's own, and those of http.request's consumers.
CHANNELS_LTS = {
    # Add one with each change that already open pages don't understand; as VERSION in
    # workshop/front/src/utils/version.js, which is in the bundles.
    "PAGE_VERSION": 1,
    "RESPONSE_HEADERS": {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    },
    "SIGN_UP_VIEWS": ["display:signup"],
    "SITE_PLACES": "workshop.places.site_places",
    "REQUIRE_ORIGIN": True,
    "ANSWER_FRAMES": True,
    "QUERY_SECONDS": 15,  # no page needs that long; a hung database is reported by then
    "BINDING_TRIGGERS": environment.boolean("BINDING_TRIGGERS", default=False),
    "WEBSOCKET_TIMEOUT": WEBSOCKET_TIMEOUT,
    "DRAIN_SPREAD": environment.integer("DRAIN_SPREAD", 0, 0, 300),
    "DRAIN_LIMIT": environment.integer("DRAIN_LIMIT", 8, 0, 300),
    "RETURN_SPREAD": environment.integer("RETURN_SPREAD", 3, 0, 60),
    "LOG_FORMAT": LOG_FORMAT,
    "REQUEST_ID_HEADER": environment.text("REQUEST_ID_HEADER"),
    "METRICS_TOKEN": environment.text("METRICS_TOKEN"),
    "METRICS_ADDRESSES": environment.words("METRICS_ADDRESSES", ""),
}
if HTTPS:
    CHANNELS_LTS["RESPONSE_HEADERS"]["Strict-Transport-Security"] = (
        "max-age=%d" % SECURE_HSTS_SECONDS)
SECURE_BROWSER_XSS_FILTER = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "channels_lts.session_backend"

# Logging: every process writes to its standard output, where honcho or Docker picks it up.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "channels_lts.logs.formatter", "log_format": LOG_FORMAT,
                 "fmt": "%(levelname)s %(name)s %(request)s%(message)s"},
    },
    "filters": {
        "refusals": {"()": "channels_lts.security.refusal_log.RefusalFilter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "refusals": {"class": "channels_lts.security.refusal_log.RefusalHandler"},
    },
    "loggers": {
        "workshop": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "channels_lts": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A line for each request that anybody sends would bury everything else.
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "django.request": {"filters": ["refusals"]},
        "daphne.ws_protocol": {"filters": ["refusals"]},
    },
}
if LOG_FORMAT == "json":  # daphne's own lines too, which it begins to write before reading this
    LOGGING["root"] = {"handlers": ["console"], "level": "INFO"}
