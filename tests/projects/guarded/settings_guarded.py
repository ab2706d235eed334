from settings import *  # noqa: F401,F403
from settings import CHANNEL_LAYERS, INSTALLED_APPS

INSTALLED_APPS = ["channels_lts"] + INSTALLED_APPS  # before channels: its runworker comes first
CHANNELS_LTS = {"MAX_BODY": 2 ** 20, "SOCKET_BYTES": (2 ** 16, 2 ** 19)}
CHANNEL_LAYERS["default"]["ROUTING"] = "routing_guarded.channel_routing"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "channels_lts.logs.Formatter", "fmt": "%(levelname)s %(name)s %(message)s"},
    },
    "filters": {
        "refusals": {"()": "channels_lts.security.refusal_log.RefusalFilter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "refusals": {"class": "channels_lts.security.refusal_log.RefusalHandler"},
    },
    "loggers": {
        "channels_lts": {"handlers": ["console"]},
        "django": {"handlers": ["console"]},
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "django.request": {"filters": ["refusals"]},
        "daphne.ws_protocol": {"filters": ["refusals"]},
    },
}
