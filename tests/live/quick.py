"""
The site's settings with the times of presence and of polls scaled down, so that tests wait for
seconds.
"""
from workshop.layers.interface.attendance import Attendance
from workshop.layers.interface.watch import Watch
from workshop.settings import *  # noqa: F401,F403

Watch.beat_seconds = 0.5
Attendance.beats = 1
PRESENCE_GRACE = 1
PRESENCE_LEASE = 3
PRESENCE_TURN = 0.2
PRIMER_POLL_SECONDS = 1
