"""Queries of the REST API that aren't understood."""
import pytest

from links.models import Link

from .openapi import API

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query, field", [
    ("pending=maybe", "pending"), ("pending=None", "pending"), ("pendng=true", "pendng"),
    ("pending=true&_=1", "_"), ("user=alice", "user"), ("tags=1&tags=python", "tags"),
    ("ordering=secret", "ordering"), ("ordering=id,-user", "ordering"),
    ("page=two", "page"), ("page=0", "page"), ("page=-1", "page"), ("page_size=many", "page_size"),
    ("page_size=0", "page_size"), pytest.param("page_size=" + "9" * 5000, "page_size", id="long"),
])
def test_what_is_not_understood_is_named(client, alice, query, field):
    Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)
    answer = client.get(API + "links/?" + query)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("path", ["linktags/?search=x", "tags/?pending=true", "users/?tags=1"])
def test_a_parameter_of_another_list_is_none(client, path):
    assert client.get(API + path).status_code == 400


@pytest.mark.parametrize("query", [
    "", "pending=", "name=&pending=&user=&search=", "pending=True", "pending=1", "format=json",
    "page=1&page_size=1", "page=last", "ordering=-name,id", "ordering="])
def test_what_is_left_empty_asks_for_all(client, alice, query):
    Link.objects.create(name="a", url="https://a.org/", pending=True, user=alice)
    assert client.get(API + "links/?" + query).json()["count"] == 1


def test_a_page_that_is_not_there_is_not_found(client):
    assert client.get(API + "links/?page=2").status_code == 404


def test_it_is_said_in_the_visitor_s_language(client):
    answer = client.get(API + "links/?pending=tal", HTTP_ACCEPT_LANGUAGE="es")
    assert answer.json() == {"pending": ["Solo puede ser true o false."]}


# Addresses

@pytest.mark.parametrize(
    "path", ["nope/", "links/1/nope/", "links/x/", "schema/nope/", "nope.json/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_is_not_there_is_answered_in_json(client, path, method):
    answer = getattr(client, method)(API + path)
    assert answer["Content-Type"] == "application/json"
    assert answer.status_code in (403, 404) and answer.json()["detail"]  # 403: a row, to write


def test_a_browser_is_shown_a_page(client):
    answer = client.get(API + "nope/", HTTP_ACCEPT="text/html")
    assert answer.status_code == 404 and answer["Content-Type"].startswith("text/html")
    assert "There is nothing at this address." in answer.content.decode("utf8")


def test_an_address_without_the_slash_is_still_led_to_the_one_with_it(client):
    assert client.get(API + "links").url == API + "links/"
