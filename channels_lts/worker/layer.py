"""
The channel layer of a process other than daphne.
"""
from channels import channel_layers
from channels.asgi import InvalidChannelLayerError
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from redis.exceptions import RedisError

from ..layers.base import capabilities_of
from .outage import WorkerOutage
from .stop_event import StopEvent


def open_layer(alias):
    """
    The channel layer with this alias; waits for Redis if needed. Raises CommandError for one that
    doesn't exist, or that other processes can't reach.
    """
    if alias not in channel_layers:
        raise CommandError("--layer is %r; settings.CHANNEL_LAYERS has %s" % (
            alias, ", ".join(sorted(channel_layers.configs))))
    layer = wait_for_layer(alias)
    if layer.local_only():
        raise CommandError("The in-memory layer %r can't reach a worker in another process: set "
                           "BACKEND in CHANNEL_LAYERS to one that can" % alias)
    return layer


def wait_for_layer(alias):
    outage = WorkerOutage("the Sentinels", StopEvent())
    while True:
        try:
            layer = channel_layers[alias]
        except (ImproperlyConfigured, InvalidChannelLayerError) as error:
            raise CommandError(error)
        except RedisError as error:
            # Only a Sentinel layer that has to ask for its services connects this early.
            outage.wait(error)
        else:
            outage.end()
            return layer


def address_of(layer):
    """
    The addresses of a channel layer's servers, for logs: without passwords, which asgi_redis
    prints.
    """
    return capabilities_of(layer).address() or str(layer)
