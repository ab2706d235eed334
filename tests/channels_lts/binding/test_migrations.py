"""
Data migrations work on historical classes, whose columns needn't be the table's of today.
"""
import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import pre_delete

from channels_lts.binding import BoundManager
from display.models import AccountName
from links.models import Tag

from .frames import Ear
from .models import Label

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["0001_initial", "0002_bound_managers"])
def history(request):
    """The models as a migration after the given one would get them."""
    return MigrationExecutor(connection).loader.project_state(
        [("links", request.param)]).apps


@pytest.mark.parametrize("change", [
    lambda tag: tag.objects.create(name="x"),
    lambda tag: tag.objects.get(name="old").save(),
    lambda tag: tag.objects.get(name="old").delete(),
    lambda tag: tag.objects.all().delete(),
], ids=["create", "save", "delete", "queryset"])
def test_what_a_data_migration_does_by_signal_is_told(history, change):
    Tag.objects.create(name="old")
    ear = Ear("tag-updates")
    change(history.get_model("links", "Tag"))
    assert ear.told() == [("reload", None)]


@pytest.mark.parametrize("change", [
    lambda tag: tag.objects.update(name="x"),
    lambda tag: tag.objects.bulk_create([tag(name="x")]),
])
def test_what_a_data_migration_does_in_bulk_is_told_by_the_manager_it_knows(change):
    history = MigrationExecutor(connection).loader.project_state().apps
    model = history.get_model("links", "Tag")
    assert isinstance(model.objects, BoundManager)
    ear = Ear("tag-updates")
    change(model)
    assert ear.told() == [("reload", None)]


def test_a_historical_link_tag_reloads_its_links(history, alice):
    user = history.get_model("auth", "User").objects.get()
    link = history.get_model("links", "Link").objects.create(name="x", url="https://x", user=user)
    tag = history.get_model("links", "Tag").objects.create(name="x")
    ear = Ear("link-updates")
    history.get_model("links", "LinkTag").objects.create(link=link, tag=tag)
    assert ear.told() == [("reload", None)]
    AccountName.objects.all().delete()  # of another app, which this state doesn't know
    user.delete()
    assert ear.told() == [("reload", None)]


def test_classes_of_other_models_are_left_alone():
    assert pre_delete.has_listeners(Label)
    assert not pre_delete.has_listeners(apps.get_model("sessions", "Session"))
