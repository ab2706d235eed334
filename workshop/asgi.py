"""
What daphne imports: the channel layer. No consumer, view or model runs in daphne's process.
"""
import os

from channels.asgi import get_channel_layer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

channel_layer = get_channel_layer()
