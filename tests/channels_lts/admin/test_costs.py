"""
The cost of the lock: queries in addition to those of Django's admin. docs/admin.md has the table.
"""
import re

import pytest
from channels import DEFAULT_CHANNEL_LAYER
from channels.asgi import ChannelLayerWrapper, channel_layers
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from channels_lts.layers.redis import RedisChannelLayer
from tests.live.monitor import Monitor
from tests.support.admin import AdminPage

from ..binding.models import Label, Note, Topic
from ..layers.conftest import new_redis  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def topic():
    topic = Topic.objects.create(name="food")
    for text in ("tea", "coffee", "beer"):
        Note.objects.create(room="hall", text=text, topic=topic).labels.add(
            Label.objects.create(name=text))
    return topic


def opens(page):
    page.client.get(page.path)


def saves(page):
    assert page.save(**{"name" if "topic" in page.path else "text": "milk"}).status == 302


def deletes(page):
    assert page.send().status == 302


def edits(page):
    assert page.save(**{"form-0-text": "milk"}).status == 302


def acts(page):
    note = Note.objects.last()
    assert page.send(
        action="empty", index="0", _selected_action=[str(note.pk)]).status == 302


def queries(page, do):
    """How many, but for the ends of transactions, which every save has its own of."""
    with CaptureQueriesContext(connection) as captured:
        do(page)
    return len([each for each in captured if not re.match("(RELEASE )?SAVEPOINT", each["sql"])])


@pytest.mark.parametrize("path,do,more,with_locks", [
    ("note/{note}/change/", opens, 0, 0),
    ("note/{note}/change/", saves, 2, 5),  # the row, a many-to-many relation
    ("topic/{topic}/change/", opens, 0, 0),
    ("topic/{topic}/change/", saves, 2, 6),  # the row, an inline
    ("note/{note}/delete/", opens, 1, 1),  # a many-to-many relation
    ("note/{note}/delete/", deletes, 6, 8),  # these, and once more what goes with it
    ("note/", opens, 0, 0),
    ("note/", edits, -4, -3),  # the rows twice, but what hasn't been edited isn't validated
    ("note/", acts, 1, 2),  # the rows
])
def test_the_lock_costs_as_many_queries_as_the_table_says(
        client, admin, topic, path, do, more, with_locks):
    client.force_login(admin)
    found = {}
    for name in ("plain", "admin"):
        note = Note.objects.first()
        page = AdminPage(client, "/%s/binding/%s" % (
            name, path.format(note=note.pk, topic=topic.pk)))
        found[name] = queries(page, do)
        Note.objects.filter(text__in=["", "milk"]).update(text="tea")
        Topic.objects.update(name="food")
    assert found["admin"] - found["plain"] == (
        with_locks if connection.features.has_select_for_update else more)


def test_what_open_lists_hear_costs_the_database_nothing(channel_layer):
    """Of a model that no other binding sends."""
    label = Label.objects.create(name="hot")
    for do in (label.save, lambda: Label.objects.create(name="cold")):
        with CaptureQueriesContext(connection) as captured:
            do()
        assert len([each for each in captured if "SAVEPOINT" not in each["sql"]]) == 1


@pytest.fixture
def monitor(new_redis):  # noqa: F811
    """Of a Redis that only this test's channel layer uses."""
    server = new_redis("--save", "")
    channel_layers.set(DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(
        RedisChannelLayer(hosts=[server.url]), DEFAULT_CHANNEL_LAYER, []))
    monitor = Monitor(server.client)
    yield monitor
    monitor.close()


@pytest.mark.django_db(transaction=True)
def test_a_commit_costs_two_redis_commands(monitor, open_page):
    label = Label.objects.create(name="hot")  # the first to do this loads the scripts
    monitor.commands()
    with transaction.atomic():
        label.save()
        Label.objects.create(name="cold")
    assert len(monitor.commands()) == 2
    open_page("label/")
    assert monitor.commands() == []
