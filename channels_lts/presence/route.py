"""
The channel through which a sweep reaches a consumer, and a check that the project routes it.
"""
import logging
from functools import lru_cache

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.routing import Router
from django.core.checks import Warning, register

from .signals import presence_count, presence_diff

logger = logging.getLogger(__name__)

CHANNEL = "channels_lts.presence"
ADVICE = 'the routing needs include("channels_lts.presence.routing.channel_routing")'


def is_routed(router):
    return CHANNEL in router.channels


@lru_cache(maxsize=1)
def require_route():
    """Logs, once per process, that the default layer's routing lacks presence's route."""
    if not is_routed(channel_layers[DEFAULT_CHANNEL_LAYER].router):
        logger.error("Presence tells nobody when people go, and they stay in its lists: %s", ADVICE)


@register()
def check_route(app_configs, **kwargs):
    """Listeners to presence's signals want to hear of those who go."""
    is_used = presence_diff.has_listeners() or presence_count.has_listeners()
    # Not channel_layers[…], which connects a Sentinel layer.
    config = channel_layers.configs.get(DEFAULT_CHANNEL_LAYER, {})
    if not is_used or "ROUTING" not in config or is_routed(Router(config["ROUTING"])):
        return []
    return [Warning("Presence is used without its route: nobody is told when people go.",
                    hint=ADVICE[0].upper() + ADVICE[1:] + ".",
                    id="channels_lts.W023")]
