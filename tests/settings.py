"""
The settings of the suite: the site's own, with an environment that no .env or shell can change.
"""
import os

# Of the processes that script/test runs side by side, each has what several can't share.
for name in ("TEST_REDIS_URL", "TEST_LIVE_DATABASE_URL"):
    own = "%s_%s" % (name, os.environ.get("PYTEST_XDIST_WORKER"))
    if own in os.environ:
        os.environ[name] = os.environ[own]

os.environ.update({
    "DEBUG": "0",
    "SECRET_KEY": "only for tests",
    "OPEN_ACCESS": "0",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:"),
    "REDIS_URL": "",
    "REDIS_USERNAME": "",
    "REDIS_PASSWORD": "",
    "REDIS_ENCRYPTION_KEYS": "",
    "REDIS_SENTINELS": "",
    "REDIS_SERVICES": "",
    "CHANNEL_LAYER": "",
    "PORT": "8000",
    "WEB_CONCURRENCY": "2",
})

from workshop.settings import *  # noqa: E402,F401,F403

# Models that only tests need, and a faster flush.
INSTALLED_APPS = INSTALLED_APPS + ["tests.channels_lts.binding", "tests.clearing"]  # noqa: F405
CACHES["default"]["BACKEND"] = "tests.support.caches.JSONLocMemCache"  # noqa: F405
LOGGING["loggers"]["channels_lts"]["propagate"] = True  # noqa: F405  (to caplog)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATICFILES_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
