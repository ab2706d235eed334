"""
The site's settings with the times of presence and of polls scaled down, so that tests wait for
seconds.
"""
from channels_lts.layers.redis.daphne.heartbeat import Heartbeat
from channels_lts.layers.redis.daphne.lease import Lease
from workshop.settings import *  # noqa: F401,F403

Heartbeat.beat_seconds = 0.5
Lease.beats = 1
CHANNELS_LTS = dict(
    CHANNELS_LTS, PRESENCE_GRACE=1, PRESENCE_LEASE=3, PRESENCE_TURN=0.2)  # noqa: F405
PRIMER_POLL_SECONDS = 1
