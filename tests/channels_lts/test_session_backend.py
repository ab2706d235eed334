"""
The database sessions of channels_lts are Django's, in every case.
"""
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from channels_lts import session_backend

pytestmark = pytest.mark.django_db


def stored(store_class, **data):
    session = store_class()
    session.update(data)
    session.save()
    return session.session_key


def expire(key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))


def garble(key):
    Session.objects.filter(pk=key).update(session_data="bm90aGluZw==")


def delete(key):
    Session.objects.filter(pk=key).delete()


@pytest.mark.parametrize("vendor", [None, "oracle"])
@pytest.mark.parametrize("writer, reader", [
    (db, session_backend), (session_backend, db), (session_backend, session_backend)])
def test_sessions_are_djangos(writer, reader, vendor, monkeypatch):
    if vendor:  # one whose texts need a conversion that only Django's query has
        monkeypatch.setattr(connection, "vendor", vendor)
        monkeypatch.setattr(session_backend.SessionStore, "_row", None)
    key = stored(writer.SessionStore, name="José", number=7)
    session = reader.SessionStore(session_key=key)
    assert dict(session.items()) == {"name": "José", "number": 7}
    session["number"] = 8
    session.save()
    assert writer.SessionStore(session_key=key)["number"] == 8


@pytest.mark.parametrize("backend", [db, session_backend])
@pytest.mark.parametrize("spoil, keeps_key", [(expire, False), (delete, False), (garble, True)])
def test_one_that_is_no_session_any_more_is_empty(backend, spoil, keeps_key):
    key = stored(session_backend.SessionStore, name="somebody")
    spoil(key)
    session = backend.SessionStore(session_key=key)
    assert session.get("name") is None
    assert (session.session_key == key) == keeps_key  # else a login begins a new one


def test_it_is_found_by_one_query(django_assert_num_queries):
    key = stored(session_backend.SessionStore, name="somebody")
    session = session_backend.SessionStore(session_key=key)
    with django_assert_num_queries(1) as context:
        assert session["name"] == "somebody"
    assert context.captured_queries[0]["sql"].count("expire_date") == 1  # Django selects it, too


def test_a_model_of_the_projects_own_is_asked_by_django():
    key = stored(session_backend.SessionStore, name="somebody")

    class Store(session_backend.SessionStore):
        @classmethod
        def get_model_class(cls):  # whose manager hides what has been revoked
            return SimpleNamespace(objects=Session.objects.none(),
                                   DoesNotExist=Session.DoesNotExist)
    assert Store(session_key=key).get("name") is None
