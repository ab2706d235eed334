from channels import channel_layers
from channels.asgi import InvalidChannelLayerError
from django.core.management import CommandError
from redis.exceptions import RedisError

from .outage import Outage
from .stop_event import Shift


def open_layer(alias):
    """
    The channel layer of that name, for a process beside daphne; waits for Redis where that is
    needed. Raises CommandError for one that there isn't, or that other processes can't reach.
    """
    if alias not in channel_layers:
        raise CommandError("--layer is %r; settings.CHANNEL_LAYERS has %s" % (
            alias, ", ".join(sorted(channel_layers.configs))))
    outage = Outage(Shift(), "the Sentinels")
    while True:
        try:
            layer = channel_layers[alias]
            break
        except InvalidChannelLayerError as error:
            raise CommandError(error)
        except RedisError as error:
            # Only a Sentinel layer that has to ask for its services connects this early.
            outage.wait(error)
    outage.end()
    if layer.local_only():
        raise CommandError("the in-memory layer %r can't reach a worker in another process; "
                           "set REDIS_URL" % alias)
    return layer
