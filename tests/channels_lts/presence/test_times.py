"""
Nobody counts as present for longer than 45 seconds after they have gone, by the times that are set.
"""
import os
import re

import pytest

from channels_lts.conf import settings
from channels_lts.layers.redis.daphne.heartbeat import Heartbeat
from channels_lts.layers.redis.daphne.lease import Lease
from tests.support import ROOT

BOUND = 45  # seconds
LIST = Lease.beats * Heartbeat.beat_seconds
CHECK = 2  # daphne looks every 2 seconds whom to ping


def flag(name):
    with open(os.path.join(ROOT, "Procfile")) as procfile:
        return int(re.search(r"--%s (\d+)" % name, procfile.read()).group(1))


@pytest.fixture
def telling():
    """From when a socket is known to have gone until it is announced."""
    return settings.PRESENCE_GRACE + 2 * settings.PRESENCE_TURN


def test_a_pulled_cable(telling):
    assert flag("ping-interval") + CHECK + flag("ping-timeout") + telling < BOUND


def test_a_killed_daphne(telling):
    assert settings.PRESENCE_LEASE + settings.PRESENCE_TURN + telling < BOUND


def test_a_lost_disconnect(telling):
    assert 3 * LIST + telling < BOUND


def test_a_window_that_is_closed_while_its_daphne_ends(telling):
    assert settings.DRAIN_LIMIT + settings.RETURN_SPREAD + telling < BOUND


def test_a_daphne_that_misses_one_list_is_not_taken_for_dead():
    assert 2 * LIST < settings.PRESENCE_LEASE < Lease.lifetime
