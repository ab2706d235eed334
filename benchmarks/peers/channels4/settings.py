"""
The same project for Channels 4, changed only where Channels 4 requires it.
"""
import json
import os

PEERS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = "only for the benchmarks, on loopback"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.sessions", "channels"]
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
CHANNEL_LAYERS = {"default": json.loads(os.environ["BENCHMARK_LAYER"])}
USE_TZ = True
