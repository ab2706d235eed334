"""
Two people save at the same time: the second waits for the first, and is told. Only with row
locks; SQLite lets one transaction write at a time.
"""
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction
from django.test import Client

from tests.support.admin import AdminPage
from tests.support.waiting import in_thread, wait_for

from ..binding.models import Label, Note, Topic

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not connection.features.has_select_for_update, reason="no row locks"),
]
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def note(admin):
    note = Note.objects.create(room="hall", text="tea", topic=Topic.objects.create(name="food"))
    note.labels.add(Label.objects.create(name="hot"))
    return note


def is_waiting():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("path,do", [
    ("note/%d/change/", lambda page: page.save(text="milk")),
    ("topic/%d/change/", lambda page: page.save(**{"note_set-0-text": "milk"})),
    ("note/%d/delete/", lambda page: page.send()),
    ("note/?id__exact=%d", lambda page: page.save(**{"form-0-text": "milk"})),
    ("note/?id__exact=%d", lambda page: page.send(
        action="empty", index="0", _selected_action=[page.value("form-0-id")])),
])
def test_who_comes_second_waits_and_is_told(admin, note, path, do):
    client = Client()
    client.force_login(get_user_model().objects.get())
    page = AdminPage(client, "/admin/binding/" + path % (
        note.topic_id if "topic" in path else note.pk))

    def send():
        try:
            return do(page).status
        finally:
            connections.close_all()
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="coffee")
        answer = in_thread(send)
        wait_for(is_waiting)
    assert answer() == 409
    assert Note.objects.get().text == "coffee"
