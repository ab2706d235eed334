"""
A project with accounts, sessions and middleware, with the engine's guards and without.
"""
import json
import os

from channels_lts.conf import DEFAULTS

GUARDS = os.environ.get("BENCHMARK_GUARDS", "")  # "": none; "on"; "unbounded": every limit is None
NOT_LIMITS = {"PROXY_HOPS", "TRUST_ROOT_PATH_HEADER", "RESPONSE_HEADERS", "SEARCH_FIELDS",
              "LOGIN_VIEWS", "SIGN_UP_VIEWS", "SESSION_SWEEP_SECONDS", "WEBSOCKET_TIMEOUT"}
CHANNELS_LTS = (dict.fromkeys(set(DEFAULTS) - NOT_LIMITS) if GUARDS == "unbounded" else {})

PEERS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = "only for the benchmarks, on loopback, as no other is"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    *(["channels_lts"] if GUARDS else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
]
MIDDLEWARE = [
    *(["channels_lts.security.middleware.DefaultHeadersMiddleware",
       "channels_lts.auth.SocketSessionMiddleware"] if GUARDS else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *(["channels_lts.security.middleware.ThrottleMiddleware"] if GUARDS else []),
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [os.path.join(PEERS, "templates")],
}]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCHMARK_DATABASE"],
                "OPTIONS": {"timeout": 30}},
}
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": os.environ["BENCHMARK_REDIS"],
        "OPTIONS": {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"},
    },
}
CHANNEL_LAYERS = {
    "default": dict(json.loads(os.environ["BENCHMARK_LAYER"]), ROUTING="routing.channel_routing"),
}
LOGIN_REDIRECT_URL = "/"
