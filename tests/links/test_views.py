import json
import re

import pytest

from links.models import Link, Tag

pytestmark = pytest.mark.django_db

HOSTILE = "</script><script>alert(1)"


def page_data(response, element_id):
    found = re.search(r'<script id="%s" type="application/json">(.*?)</script>' % element_id,
                      response.content.decode("utf8"))
    return json.loads(found.group(1))


def test_the_page_brings_its_first_rows(client, alice):
    link = Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)
    tag = Tag.objects.create(name="python")
    data = page_data(client.get("/links/"), "links-data")
    assert [row["id"] for row in data["links"]] == [link.pk]
    assert data["tags"] == [
        {"id": tag.pk, "name": "python", "description": "", "user": None}]
    assert data["users"] == [{"id": alice.pk, "username": "alice"}]
    assert data["next"] is None


def test_a_long_table_continues_at_the_api(client, alice):
    Link.objects.bulk_create(
        Link(name="n%d" % i, url="https://example.com/", user=alice) for i in range(501))
    data = page_data(client.get("/links/"), "links-data")
    rest = client.get(data["next"]).json()
    assert (len(data["links"]), len(rest["results"])) == (500, 1)


def test_a_hostile_name_is_data(client, alice):
    Link.objects.create(name=HOSTILE, url="https://example.com/", user=alice)
    response = client.get("/links/")
    assert HOSTILE.encode() not in response.content
    assert page_data(response, "links-data")["links"][0]["name"] == HOSTILE


def test_the_page_is_translated(client):
    response = client.get("/links/", HTTP_ACCEPT_LANGUAGE="es")
    assert "Enlaces" in response.content.decode("utf8")
    assert '<html lang="es">' in response.content.decode("utf8")
