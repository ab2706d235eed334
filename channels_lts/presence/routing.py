"""
The background channel of presence.
"""
from channels import route

from .diffs import on_swept
from .route import CHANNEL

channel_routing = [route(CHANNEL, on_swept)]
