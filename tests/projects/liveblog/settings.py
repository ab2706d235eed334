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
    "blog",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

ROOT_URLCONF = "urls"

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [os.path.join(BASE_DIR, "templates")],
}]

DATABASES = {
    name: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(os.environ["PROJECT_DATA"], name + ".sqlite3"),
    } for name in ("default", "blog")
}
DATABASE_ROUTERS = ["blog.router.BlogRouter"]

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["PROJECT_REDIS"]]},
        "ROUTING": "routing.channel_routing",
    },
}
