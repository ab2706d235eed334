"""
A project with accounts on Channels 1.x, without the engine's guards and with them.
"""
from .channels1 import WORKSHOP_LAYER, Channels1


class Bare(Channels1):
    """Stock channels, daphne and layer, with room for everything."""

    name = "bare"
    title = "asgi_redis 1.4.3, capacity raised; no guards"
    peer = "guarded"
    config = {"capacity": 100000}
    daphne_options = ("--force-sync",)  # without it daphne takes six times as long for a page
    guards = ""

    def settings(self):
        return dict(super().settings(), BENCHMARK_GUARDS=self.guards,
                    BENCHMARK_REDIS=self.redis.url)


class Unbounded(Bare):

    name = "unbounded"
    title = "the same; all guards, every limit None"
    guards = "unbounded"


class Guarded(Bare):

    name = "guarded"
    title = "the same; all guards, with their defaults"
    guards = "on"


class Plain(Guarded):

    name = "plain-layer"
    title = "channels_lts.layers.redis; all guards"
    layer = WORKSHOP_LAYER


class Encrypted(Plain):

    name = "encrypted-layer"
    title = "channels_lts.layers.redis with symmetric_encryption_keys; all guards"
    config = dict(Plain.config, symmetric_encryption_keys=["only for the benchmarks, on loopback"])
