"""
The PostgreSQL backend, whose times are in UTC whatever psycopg2 makes of that.
"""
from channels_lts.compat.postgresql.base import DatabaseWrapper, utc_tzinfo_factory

from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone


@pytest.mark.parametrize("offset", [0, timedelta(0)])
def test_an_offset_of_nothing_is_utc(offset):
    assert utc_tzinfo_factory(offset) is timezone.utc


@pytest.mark.parametrize("offset", [60, -60, timedelta(hours=1), timedelta(seconds=-1)])
def test_any_other_offset_is_a_mistake(offset):
    with pytest.raises(AssertionError, match="isn't set to UTC"):
        utc_tzinfo_factory(offset)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it is PostgreSQL's")
@pytest.mark.django_db
@pytest.mark.parametrize("name", [None, "named"])
def test_times_come_in_utc_from_a_server_side_cursor_too(name):
    assert isinstance(connections[connection.alias], DatabaseWrapper)
    with connection.create_cursor(name) as rows:
        rows.execute("SELECT timestamptz '2026-02-03 04:05:06+02'")
        assert rows.fetchone() == (datetime(2026, 2, 3, 2, 5, 6, tzinfo=timezone.utc),)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it is PostgreSQL's")
@pytest.mark.django_db
def test_without_time_zones_it_is_as_it_was(settings):
    settings.USE_TZ = False
    with connection.create_cursor() as rows:
        assert rows.tzinfo_factory is None
