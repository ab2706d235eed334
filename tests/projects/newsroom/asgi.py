import channels_lts.compat  # noqa: F401 (before Django)

import os

from channels.asgi import get_channel_layer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

channel_layer = get_channel_layer()
