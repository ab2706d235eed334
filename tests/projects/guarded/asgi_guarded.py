import channels_lts.compat  # noqa: F401 (before Django)

import os

from channels.asgi import get_channel_layer

from channels_lts.security.daphne import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings_guarded")

guard.install()
channel_layer = get_channel_layer()
