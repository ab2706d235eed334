"""
What `manage.py check` says of a project's bindings.
"""
import pytest
from channels.binding.base import BindingMetaclass
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks

from channels_lts.binding import model_checks
from channels_lts.binding.websockets import WebsocketBinding
from links.bindings import LinkBinding
from tests.channels_lts.binding.models import Note, Page, Topic


@pytest.fixture
def make(monkeypatch):
    """Makes a binding that nothing else gets to know."""
    monkeypatch.setattr(BindingMetaclass, "binding_classes", [])
    monkeypatch.setattr(BindingMetaclass, "register_immediately", False)

    def binding(model, **attributes):
        attributes = dict({"stream": "x", "group": "x", "fields": ["id"]}, **attributes)
        return type("SomeBinding", (WebsocketBinding,), dict(
            attributes, model=model, __module__=__name__))
    return binding


def problems(binding):
    return [each.id for each in model_checks.problems_of(binding)]


def test_the_sites_own_are_well():
    assert problems(LinkBinding) == []


@pytest.mark.parametrize("names", [["id", "text", "topic", "labels"], ["__all__"], "__all__"])
def test_columns_and_many_to_many_fields_can_be_sent(make, names):
    assert problems(make(Note, fields=names)) == []


@pytest.mark.parametrize("model, name, reason", [
    (Note, "txet", "hasn't got"),
    (Topic, "note", "another model has"),
    (Note, "letter", "another model has"),
    (ContentType, "permission", "another model has"),
])
def test_a_name_that_no_frame_could_carry_is_told(make, model, name, reason):
    wrong = [each for each in model_checks.problems_of(make(model, fields=["id", name]))
             if each.id == "channels_lts.W021"]
    assert len(wrong) == 1 and repr(name) in wrong[0].msg and reason in wrong[0].msg
    assert wrong[0].hint


def test_a_generic_foreign_key_is_told(make):
    from django.contrib.contenttypes.fields import GenericForeignKey
    from django.db import models

    class Tagged(models.Model):
        content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
        object_id = models.IntegerField()
        target = GenericForeignKey()

        class Meta:
            app_label = "binding"
    try:
        wrong = next(model_checks.problems_of(make(Tagged, fields=["id", "target"])))
        assert "GenericForeignKey" in wrong.msg
    finally:
        from django.apps import apps
        del apps.all_models["binding"]["tagged"]
        apps.clear_cache()


def test_a_misspelled_exclude_is_told_before_it_sends_what_it_should_hide(make):
    assert problems(make(Page, fields=None, exclude=["secrte"])) == ["channels_lts.W021"]


def test_a_binding_that_makes_its_own_data_may_call_it_as_it_likes(make):
    assert problems(make(Note, fields=["id", "shout"], serialize_data=lambda *_: {})) == []


def test_a_model_whose_bulk_changes_are_silent_is_told(make):
    message, = model_checks.problems_of(make(Topic))
    assert message.id == "channels_lts.W022" and "objects" in message.msg and message.hint


def test_the_command_looks_at_every_binding_that_is_known(make):
    binding = make(Note, fields=["txet"])
    make(Note)
    assert [each.obj for each in run_checks() if each.id == "channels_lts.W021"] == [binding]


def test_before_a_deployment_the_routing_is_loaded_for_its_bindings(make, settings, monkeypatch):
    def load(name):
        assert name == "project.routing.channel_routing"
        make(Note, fields=["txet"])
    monkeypatch.setattr(model_checks, "Router", load)
    settings.CHANNEL_LAYERS = {"default": {
        "BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "project.routing.channel_routing"}}
    assert [each.id for each in model_checks.routed_bindings(None)] == ["channels_lts.W021"]
