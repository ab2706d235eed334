from collections import namedtuple

from channels_lts.conf import settings

# All in seconds except `most`. grace: how long somebody without a socket still counts; lease: how
# long an interface server may be silent; longest: how long a socket can live; retry: when an
# unacknowledged change is sent again; turn: between two sweeps; most: changes in one sweep.
Config = namedtuple("Config", "grace lease longest retry turn most")


def from_settings():
    return Config(
        grace=settings.PRESENCE_GRACE, lease=settings.PRESENCE_LEASE,
        longest=settings.WEBSOCKET_TIMEOUT + 60, retry=5, turn=settings.PRESENCE_TURN, most=1000)
