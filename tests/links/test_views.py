import json
import re

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.template.base import Template
from django.test.utils import CaptureQueriesContext
from webpack_loader.loader import WebpackLoader

from links.models import Link, LinkTag, Tag
from workshop.templatetags import workshop as templatetags

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


# What the page costs

@pytest.fixture
def tagged(alice):
    def make(how_many):
        tags = [Tag.objects.create(name="t%d" % number) for number in range(5)]
        Link.objects.bulk_create(
            Link(name="n%d" % number, url="https://example.com/", user=alice)
            for number in range(how_many))
        links = list(Link.objects.order_by("pk"))
        LinkTag.objects.bulk_create(LinkTag(link=link, tag=tag) for link in links for tag in tags)
        return tags
    return make


@pytest.mark.parametrize("path, queries", [
    ("/links/", 4), ("/links/api/links/?page_size=200", 3)])
def test_two_hundred_links_cost_no_more_queries_or_tags_than_one(client, tagged, path, queries):
    tags = tagged(200)
    made = []

    def note(instance, **kwargs):
        made.append(instance)
    post_init.connect(note, Tag)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    post_init.disconnect(note, Tag)
    rows = (page_data(response, "links-data")["links"] if path == "/links/"
            else response.json()["results"])
    assert [row["tags"] for row in rows] == [[tag.pk for tag in tags]] * 200
    assert len(asked) <= queries and len(made) <= len(tags)


def test_a_page_reads_no_file_compiles_no_template_and_looks_up_no_address_again(
        client, monkeypatch):
    client.get("/links/")
    found = []
    for owner, name in ((Template, "compile_nodelist"), (WebpackLoader, "load_assets"),
                        (WebpackLoader, "get_chunk_url"), (templatetags, "reverse")):
        monkeypatch.setattr(owner, name, lambda *args, name=name: found.append(name))
    assert client.get("/links/").status_code == 200
    assert found == []
