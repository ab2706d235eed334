from collections import namedtuple

from channels_lts.conf import settings

# All in seconds but `most`. grace: how long somebody without a socket still counts; lease: how long
# an interface server may be silent; longest: how long a socket can live; retry: when news that
# nobody has confirmed are told again; turn: between two sweeps; most: news in one sweep.
Terms = namedtuple("Terms", "grace lease longest retry turn most")


def terms():
    return Terms(
        grace=settings.PRESENCE_GRACE, lease=settings.PRESENCE_LEASE,
        longest=settings.WEBSOCKET_TIMEOUT + 60, retry=5, turn=settings.PRESENCE_TURN, most=1000)
