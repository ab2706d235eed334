"""
The background channel of presence.
"""
from channels import route

from .announcing import CHANNEL, on_news

channel_routing = [route(CHANNEL, on_news)]
