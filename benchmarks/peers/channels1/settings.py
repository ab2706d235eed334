"""
The smallest Channels 1.x project that can be used for the questions.
"""
import json
import os

PEERS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = "only for the benchmarks, on loopback"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    *os.environ.get("BENCHMARK_APPS", "").split(),  # before channels, for their commands
    "django.contrib.sessions",
    "channels",
]
SESSION_ENGINE = os.environ.get("BENCHMARK_SESSIONS", "django.contrib.sessions.backends.db")
# None: it costs Channels 4 a change of threads for each, and the transport is what is measured.
MIDDLEWARE = []
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [os.path.join(PEERS, "templates")],
}]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCHMARK_DATABASE"],
                "CONN_MAX_AGE": None},  # as a deployment has it
}
CHANNELS_LTS = {
    "DRAIN_SPREAD": 3,  # if a daphne is restarted, another one takes its sockets
    # All clients come from one address.
    "MAX_CONNECTIONS_PER_ADDRESS": None,
    "SOCKET_BYTES": None,
    "ADDRESS_BYTES": None,
    "ADDRESS_FRAMES": None,
    "MAX_SOCKETS_PER_ADDRESS": None,
}
CHANNEL_LAYERS = {
    "default": dict(json.loads(os.environ["BENCHMARK_LAYER"]), ROUTING="routing.channel_routing"),
}
