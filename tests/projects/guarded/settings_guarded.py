from settings import *  # noqa: F401,F403
from settings import CHANNEL_LAYERS, INSTALLED_APPS

INSTALLED_APPS = ["channels_lts"] + INSTALLED_APPS  # before channels: its runworker comes first
CHANNELS_LTS = {"MAX_BODY": 2 ** 20, "SOCKET_BYTES": (2 ** 16, 2 ** 19)}
CHANNEL_LAYERS["default"]["ROUTING"] = "routing_guarded.channel_routing"
