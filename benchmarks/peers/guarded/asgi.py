import benchmarks.compat  # noqa: F401 (before Django)

import os

from channels.asgi import get_channel_layer
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

if settings.GUARDS:
    from channels_lts.security.daphne import guard
    guard.install()
channel_layer = get_channel_layer()
