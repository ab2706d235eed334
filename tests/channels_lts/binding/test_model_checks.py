"""
Warnings about a project's bindings: by `manage.py check`, and when they are registered.
"""
import pytest
from channels.binding.base import BindingMetaclass
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks

from channels_lts.binding import model_checks, relations
from channels_lts.binding.field_names import check_field_names
from channels_lts.binding.websockets import WebsocketBinding, WebsocketBindingWithMembers
from links.bindings import LinkBinding
from tests.channels_lts.binding.models import Note, Page, Topic


@pytest.fixture
def make(monkeypatch):
    """Makes a binding that nothing else gets to know."""
    monkeypatch.setattr(BindingMetaclass, "binding_classes", [])
    monkeypatch.setattr(BindingMetaclass, "register_immediately", False)

    def binding(model, base=WebsocketBinding, **attributes):
        attributes = dict({"stream": "x", "group": "x", "fields": ["id"]}, **attributes)
        return type("SomeBinding", (base,), dict(
            attributes, model=model, __module__=__name__))
    return binding


def problems(binding):
    return [each.id for each in model_checks.problems_of(binding)]


def test_the_sites_own_are_well():
    assert problems(LinkBinding) == []


@pytest.mark.parametrize("names", [["id", "text", "topic", "labels"], ["__all__"], "__all__"])
def test_columns_and_many_to_many_fields_can_be_sent(make, names):
    check_field_names(make(Note, fields=names), Note)


@pytest.mark.parametrize("model, attributes, reason", [
    (Note, {"fields": ["id", "txet"]}, "names 'txet', which binding.Note hasn't got"),
    (Note, {"fields": ["topic__name"]}, "names 'topic__name', which binding.Note hasn't got"),
    (Note, {"fields": ["topic_id"]}, "names 'topic_id', which is the column of the field 'topic'"),
    (Topic, {"fields": ["note"]}, "names 'note', which is a relation that another model has"),
    (Note, {"fields": ["letter"]}, "names 'letter', which is a relation that another model has"),
    (Page, {"fields": None, "exclude": ["secrte"]}, "exclude names 'secrte'"),
    (Page, {"owner": "user"}, "owner names 'user'"),
])
def test_a_name_that_no_frame_can_carry_is_refused_at_registration(make, model, attributes, reason):
    binding = make(model, **attributes)
    with pytest.raises(ValueError) as refusal:
        binding.register()
    assert "SomeBinding." in str(refusal.value) and reason in str(refusal.value)


def test_a_generic_foreign_key_is_refused(make):
    from django.contrib.contenttypes.fields import GenericForeignKey
    from django.db import models

    class Tagged(models.Model):
        content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
        object_id = models.IntegerField()
        target = GenericForeignKey()

        class Meta:
            app_label = "binding"
    try:
        with pytest.raises(ValueError) as refusal:
            make(Tagged, fields=["id", "target"]).register()
        assert "GenericForeignKey" in str(refusal.value)
    finally:
        from django.apps import apps
        del apps.all_models["binding"]["tagged"]
        apps.clear_cache()


def test_names_of_members_are_no_excuse_for_those_of_fields(make):
    with pytest.raises(ValueError):
        make(Note, base=WebsocketBindingWithMembers, fields=["txet"]).register()


def test_a_binding_that_makes_its_own_data_may_call_it_as_it_likes(make, monkeypatch):
    monkeypatch.setattr(relations, "track", lambda *_: None)
    make(Note, fields=["id", "shout"], serialize_data=lambda *_: {}).register()


def test_a_model_whose_bulk_changes_are_silent_is_told(make):
    message, = model_checks.problems_of(make(Topic))
    assert message.id == "channels_lts.W022" and "objects" in message.msg and message.hint


def test_the_command_looks_at_every_binding_that_is_known(make):
    binding = make(Topic)
    make(Note)
    assert [each.obj for each in run_checks() if each.id == "channels_lts.W022"] == [binding]


def test_before_a_deployment_the_routing_is_loaded_for_its_bindings(make, settings, monkeypatch):
    def load(name):
        assert name == "project.routing.channel_routing"
        make(Topic)
    monkeypatch.setattr(model_checks, "Router", load)
    settings.CHANNEL_LAYERS = {"default": {
        "BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "project.routing.channel_routing"}}
    assert [each.id for each in model_checks.routed_bindings(None)] == ["channels_lts.W022"]
