import os

BASE_DIR = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ["PROJECT_DATA"]
SECRET_KEY = "only for tests, on loopback"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]

INSTALLED_APPS = [
    "channels_lts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "channels",
    "desk",
    "archive",
]

MIDDLEWARE = [
    "channels_lts.auth.SocketSessionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "urls"
STATIC_URL = "/static/"
AUTH_USER_MODEL = "desk.Member"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]

DATABASES = {
    name: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(DATA, name + ".sqlite3"),
    } for name in ("default", "archive")
}
DATABASE_ROUTERS = ["archive.router.ArchiveRouter"]

CACHES = {
    "default": {
        "BACKEND": "channels_lts.caches.SharedFileCache",
        "LOCATION": os.path.join(DATA, "cache"),
    },
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_lts.layers.redis.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["PROJECT_REDIS"]]},
        "ROUTING": "routing.channel_routing",
    },
}
