"""
The site's settings, for benchmarks: all their visitors come from one address.
"""
from workshop.settings import *  # noqa: F401,F403

CHANNELS_LTS = dict(
    globals().get("CHANNELS_LTS", {}), SOCKET_BYTES=None, ADDRESS_BYTES=None, ADDRESS_FRAMES=None,
    MAX_SOCKETS_PER_ADDRESS=None)
