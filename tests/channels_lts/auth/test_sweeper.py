"""
The end of sessions that expire.
"""
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from channels import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models.signals import post_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_lts.auth import SESSION_ENDED
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


DAYS_AGO = -24 * 7  # hours


def test_clearing_old_sessions_costs_the_same_for_few_and_many():
    def queries(count):
        make(count, hours=DAYS_AGO)
        with CaptureQueriesContext(connection) as captured:
            call_command("clearsessions")
        assert not Session.objects.exists()
        return len(captured)
    assert queries(2000) == queries(1)


def test_clearing_loads_no_more_than_a_batch_at_a_time(monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 10)
    make(45, hours=-1)
    make(2, hours=1)
    with CaptureQueriesContext(connection) as captured:
        call_command("clearsessions")
    assert Session.objects.count() == 2
    reads = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
    assert all("LIMIT 10" in sql or sql.count("'old") in (10, 5) for sql in reads)


def test_clearing_closes_the_sockets_that_are_left(alice, browser, socket_of):
    socket = socket_of(browser(alice))
    Session.objects.update(expire_date=timezone.now())
    call_command("clearsessions")
    assert socket.close_code() == SESSION_ENDED


def test_what_no_socket_can_have_any_more_costs_no_message(monkeypatch):
    told = []
    monkeypatch.setattr(Group, "send", lambda group, *args, **kwargs: told.append(group.name))
    make(5, hours=DAYS_AGO)
    Session.objects.all().delete()
    assert told == []
    make(5, hours=-1)
    Session.objects.all().delete()
    assert len(told) == 5


def test_others_hear_of_each_session_that_is_cleared():
    heard = []

    def hear(instance, **kwargs):
        heard.append(instance.pk)
    make(3, hours=DAYS_AGO)
    post_delete.connect(hear, sender=Session)
    try:
        call_command("clearsessions")
    finally:
        post_delete.disconnect(hear, sender=Session)
    assert len(heard) == 3


def test_zero_seconds_switch_it_off(sweeper, settings):
    settings.CHANNELS_LTS = {"SESSION_SWEEP_SECONDS": 0}
    sweeper.start()
    assert sweeper.thread is None
