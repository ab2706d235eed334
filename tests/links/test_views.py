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


@pytest.mark.parametrize("who, is_open, can", [
    (None, True, True), (None, False, False), ("alice", False, False), ("admin", False, True)])
def test_the_page_knows_who_may_write(client, alice, admin, settings, who, is_open, can):
    settings.OPEN_ACCESS = is_open
    user = {"alice": alice, "admin": admin, None: None}[who]
    if user:
        client.force_login(user)
    data = page_data(client.get("/links/"), "links-data")
    me = user and {"id": user.pk, "username": user.username}
    assert data["can"] == {"add": can, "change": can, "delete": can}
    assert data["me"] == me
    assert data["users"] == ([me] if me else [])


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
