import os

BASE_DIR = os.path.dirname(os.path.abspath(__file__))
SECRET_KEY = "only for tests, on loopback"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "rooms",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

ROOT_URLCONF = "urls"
FORCE_SCRIPT_NAME = "/talk"  # the proxy cuts it off
LOGIN_REDIRECT_URL = "index"
AUTH_USER_MODEL = "rooms.Person"

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [os.path.join(BASE_DIR, "templates")],
    "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(os.environ["PROJECT_DATA"], "db.sqlite3"),
    },
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["PROJECT_REDIS"]]},
        "ROUTING": "routing.channel_routing",
    },
}
