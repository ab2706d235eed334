"""
Two clients write at the same time: the second waits for the first, and is told. Only with row
locks; SQLite lets one transaction write at a time.
"""
import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction
from django.test import Client

from links.bindings import LinkBinding
from links.models import Link
from tests.support.waiting import in_thread, wait_for

from ..channels_lts.binding.frames import ask

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not connection.features.has_select_for_update, reason="no row locks"),
]


def is_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def by_socket(action):
    def send(link, base, data):
        return ask(LinkBinding, action=action, pk=link.pk, base=base, data=data)["code"]
    return send


def by_rest(method):
    def send(link, base, data):
        client = Client()
        client.force_login(get_user_model().objects.get())
        body = json.dumps(dict(data, base=base))
        answer = getattr(client, method)(
            "/links/api/links/%d/" % link.pk, body, content_type="application/json")
        return answer.json()["code"]
    return send


@pytest.mark.parametrize("send", [
    by_socket("update"), by_socket("delete"), by_rest("patch"), by_rest("delete")])
def test_who_comes_second_waits_and_is_told(send, admin, settings):
    settings.OPEN_ACCESS = True
    link = Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=admin)

    def second():
        try:
            return send(link, {"name": "Django"}, {"name": "mine"})
        finally:
            connections.close_all()
    with transaction.atomic():
        Link.objects.update(name="theirs")
        answer = in_thread(second)
        wait_for(is_waiting)
    assert answer() == "conflict"
    assert Link.objects.get().name == "theirs"


def test_a_patch_keeps_what_is_being_changed_while_it_waits(admin):
    link = Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=admin)

    def second():
        client = Client()
        client.force_login(get_user_model().objects.get())
        try:
            return client.patch("/links/api/links/%d/" % link.pk, '{"pending": true}',
                                content_type="application/json").json()
        finally:
            connections.close_all()
    with transaction.atomic():
        Link.objects.update(name="theirs")
        answer = in_thread(second)
        wait_for(is_waiting)
    assert (answer()["name"], answer()["pending"]) == ("theirs", True)
