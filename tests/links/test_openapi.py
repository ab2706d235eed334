"""The OpenAPI document; each test of the REST API holds its answers against it (openapi.py)."""
import copy
import json

import pytest
from django.core.management import call_command
from django.test import Client

from links.models import Link, Tag

from . import openapi
from .openapi import API, document

pytestmark = pytest.mark.django_db


def test_the_document_is_one_by_the_standard_s_own_schema():
    # Not on 3.7, where no version of it works.
    package = pytest.importorskip("openapi_spec_validator")
    package.openapi_v30_spec_validator.validate(document())


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "text/html, */*;q=0.8"])
def test_whoever_asks_gets_json(accepted):
    answer = Client().get(API + "schema/", HTTP_ACCEPT=accepted)
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == document()


def test_the_command_prints_the_same(capsys):
    call_command("generateschema")
    assert json.loads(capsys.readouterr().out) == document()


def test_every_collection_of_the_root_is_described(client):
    for name in client.get(API).json():
        assert {API + name + "/", API + name + "/{id}/"} <= set(document()["paths"])


def test_the_rows_are_those_of_the_frames(client, admin):
    from tests.support import protocol
    for model, name in ((Link, "link"), (Tag, "tag")):
        row = document()["components"]["schemas"][model.__name__]
        frames = protocol.document()["components"]["schemas"][name]
        assert row["required"] == list(row["properties"]) == frames["required"]


def test_parameters_have_their_types():
    found = document()["paths"][API + "links/"]["get"]["parameters"]
    types = {each["name"]: each["schema"]["type"] for each in found}
    assert types == {"name": "string", "pending": "boolean", "tags": "array", "user": "integer",
                     "search": "string", "ordering": "string", "page": "integer",
                     "page_size": "integer"}


def test_an_answer_that_the_document_does_not_have_is_found(client, monkeypatch):
    Tag.objects.create(name="python")
    changed = copy.deepcopy(document())
    changed["components"]["schemas"]["Tag"]["properties"]["name"]["maxLength"] = 5
    monkeypatch.setattr(openapi, "document", lambda: changed)
    with pytest.raises(AssertionError):
        client.get(API + "tags/")
