"""
What daphne imports: the channel layer. No consumer, view or model runs in daphne's process.
"""
import channels_lts.compat  # noqa: F401 (before Django)

import os

from channels.asgi import InvalidChannelLayerError, get_channel_layer

from channels_lts.security.daphne import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

try:
    channel_layer = get_channel_layer()
except InvalidChannelLayerError as error:  # on one line, as for an invalid setting
    raise SystemExit("workshop: %s" % error)
guard.install(is_at_root=True)
