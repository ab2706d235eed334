"""
The end of sessions that expire.
"""
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_lts.auth import sweeper as sweeping
from channels_lts.auth.sweeper import Sweeper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sweeper():
    return Sweeper(Session)


def make(count, hours):
    expiry = timezone.now() + timedelta(hours=hours)
    Session.objects.bulk_create(Session(
        session_key="%s%030d" % ("old" if hours < 0 else "new", number), session_data="",
        expire_date=expiry) for number in range(count))


def test_only_what_has_expired_goes(sweeper):
    make(3, hours=-1)
    make(2, hours=1)
    sweeper.try_sweep()
    assert {key[:3] for key in Session.objects.values_list("pk", flat=True)} == {"new"}


def test_a_sweep_is_bounded_and_the_next_goes_on(sweeper, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(sweeping, "MOST_BATCHES", 2)
    make(5, hours=-1)
    sweeper.sweep()
    assert Session.objects.count() == 1
    sweeper.sweep()
    assert not Session.objects.exists()


def test_where_nothing_has_expired_a_sweep_is_one_query(sweeper):
    make(5, hours=1)
    with CaptureQueriesContext(connection) as captured:
        sweeper.sweep()
    assert len(captured) == 1


def test_of_several_workers_one_sweeps_at_a_time(sweeper):
    make(1, hours=-1)
    assert cache.add(sweeping.LOCK, True, 10)
    sweeper.try_sweep()
    assert Session.objects.exists()


def test_an_outage_is_told_once_and_sweeping_goes_on(sweeper, monkeypatch, caplog):
    make(1, hours=-1)

    def fail():
        raise OperationalError("no database")
    with monkeypatch.context() as patched:
        patched.setattr(sweeper, "sweep_batch", fail)
        for _ in range(3):
            cache.delete(sweeping.LOCK)
            sweeper.try_sweep()
    assert len([each for each in caplog.records if each.levelname == "WARNING"]) == 1
    cache.delete(sweeping.LOCK)
    sweeper.try_sweep()
    assert not Session.objects.exists()


def test_threads_that_fail_at_one_time_tell_of_it_once(sweeper, monkeypatch, caplog):
    together = threading.Barrier(8)

    class Unavailable:
        def add(self, *args):
            together.wait(10)
            raise OSError("no cache")
    monkeypatch.setattr(sweeping, "cache", Unavailable())
    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(sweeper.try_sweep)
    assert len([each for each in caplog.records if each.levelname == "WARNING"]) == 1


def test_zero_seconds_switch_it_off(sweeper, settings):
    settings.CHANNELS_LTS = {"SESSION_SWEEP_SECONDS": 0}
    sweeper.start()
    assert sweeper.thread is None
