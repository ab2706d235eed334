"""
The page: its code is the files' code, its texts are the document's.
"""
import html
import json
import os
import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation
from django.utils.html import strip_tags

from primer import news, source
from primer.examples import EXAMPLES
from primer.models import IntegerValue

pytestmark = pytest.mark.django_db(transaction=True)

SECTION = re.compile(r'<section class="primer-example" id="(\w+)"(.*?)</section>', re.S)
FIGURE = re.compile(r"<figcaption><code>(.*?)</code></figcaption>\s*<div[^>]*>(.*?)</div>", re.S)


@pytest.fixture
def page(client):
    def get():
        answer = client.get("/primer/")
        assert answer.status_code == 200
        return answer.content.decode("utf8")
    return get


def data_of(text):
    return json.loads(re.search(
        r'<script id="primer-data" type="application/json">(.*?)</script>', text, re.S).group(1))


def test_every_example_has_its_place(page):
    text = page()
    assert [key for key, _html in SECTION.findall(text)] == [
        "echo", "class", "streams", "binding", "visitor", "ordered", "poll", "raw", "background",
        "later", "news"]
    for key, section in SECTION.findall(text):
        assert 'aria-labelledby="%s-title"' % key in section
        assert '<h2 class="h4" id="%s-title">' % key in section
        assert '<div class="primer-live" data-example="%s"></div>' % key in section
        assert 'href="#%s"' % key in text
        assert '<a href="#contents">' in section
    assert '<nav id="contents"' in text


def test_the_code_on_the_page_is_the_code_of_the_files(page):
    for key, section in SECTION.findall(page()):
        figures = FIGURE.findall(section)
        shown = [(path, html.unescape(strip_tags(code)).strip()) for path, code in figures]
        example, = [example for example in EXAMPLES if example.key == key]
        assert [path for path, _code in shown] == ["primer/routing.py"] + example.files
        for path, code in shown:
            assert code in source.read(path)
        assert all(code == source.read(path).strip() for path, code in shown[1:])
        assert shown[0][1].startswith("%s_routes = [" % key)
        assert shown[0][1].count(example.path) >= 1


def test_code_is_escaped_and_read_again_when_it_has_changed(tmp_path, settings):
    settings.BASE_DIR = str(tmp_path)
    file = tmp_path / "code.py"
    file.write_text('x = "<script>alert(1)</script>" & y\n')
    shown = source.code("code.py").html
    assert "<script" not in shown
    assert html.unescape(strip_tags(shown)).strip() == file.read_text().strip()
    file.write_text("changed = True\n")
    assert "changed" in source.code("code.py").html


def test_each_example_has_a_text_under_the_same_title():
    document = source.read(source.DOCUMENT)
    with translation.override("en"):
        assert [(match["key"], match["title"]) for match in source.SECTION.finditer(document)] == [
            (example.key, str(example.title)) for example in EXAMPLES]


def test_the_page_shows_the_texts(page):
    for _key, section in SECTION.findall(page()):
        text = section[section.index('<div class="primer-text" lang="en">'):]
        assert "<strong>In Channels 4.</strong>" in text
        assert '<div class="highlight"><pre ' in text


def test_all_code_is_scrolled_by_keys_too(page):
    text = page()
    labels = re.findall(r'<pre tabindex="0" role="group" aria-label="(.*?)">', text)
    assert len(labels) == text.count("<pre")
    assert set(labels) == {"Code"} | set(re.findall("<figcaption><code>(.*?)</code>", text))


def test_the_introduction_is_shown_and_links_to_no_file(page):
    text = page()
    assert "are in English" not in text
    assert "the app <code>primer/</code>" in text[:text.index('<section class="primer-example"')]
    assert "<code>docs/protocol.md</code>" in text and ".md\"" not in text


def test_the_image_has_what_the_page_reads():
    with open(os.path.join(os.path.dirname(source.__file__), "..", ".dockerignore")) as file:
        lines = file.read().splitlines()
    assert "docs" not in lines and lines.index("!docs/primer.md") > lines.index("docs/*")


def test_the_data_for_the_panels(page, client, alice, settings):
    IntegerValue.objects.create(pk=7, name="apples", value=3)
    data = data_of(page())
    assert data["examples"][0] == {"key": "echo", "title": "Three functions and a group",
                                   "path": "/echo/", "kind": "websocket"}
    assert [e["path"] for e in data["examples"] if e["kind"] == "http"] == [
        "/primer/poll/", "/primer/raw/"]
    assert data["values"] == [{"pk": 7, "data": {"name": "apples", "value": 3}}]
    assert (data["me"], data["news"]) == (None, None)
    assert data["can"] == {"add": False, "change": False, "delete": False}
    client.force_login(alice)
    settings.OPEN_ACCESS = True
    news.tell("hello")
    data = data_of(page())
    assert (data["me"], data["news"]) == ("alice", {"number": 1, "news": "hello"})
    assert data["can"] == {"add": True, "change": True, "delete": True}


def test_the_values_alone(client, page, django_assert_num_queries):
    IntegerValue.objects.create(pk=7, name="apples", value=3)
    with django_assert_num_queries(1):
        answer = client.get("/primer/values/")
    assert answer.json() == {"values": data_of(page())["values"]}
    assert "no-cache" in answer["Cache-Control"]
    assert client.post("/primer/values/").status_code == 405


def test_who_may_change_no_value_is_led_to_the_login_and_back(page, client, alice):
    address = data_of(page())["login"]
    answer = client.post(address, {"username": "alice", "password": "alice",
                                   "next": "/primer/#binding"})
    assert (address, answer["Location"]) == (
        "/accounts/login/?next=%2Fprimer%2F%23binding", "/primer/#binding")
    assert data_of(page())["login"] is None


@pytest.mark.parametrize("is_staff, may, address", [
    (True, True, "/admin/primer/integervalue/"), (False, True, None), (True, False, None)])
def test_who_may_is_shown_the_values_in_the_admin(is_staff, may, address, page, client, alice):
    assert data_of(page())["admin"] is None
    alice.is_staff = is_staff
    alice.save()
    if may:
        alice.user_permissions.add(Permission.objects.get(codename="change_integervalue"))
    client.force_login(alice)
    assert data_of(page())["admin"] == address


def test_what_users_wrote_stays_text(page):
    evil = "</script><script>alert(1)</script>"
    IntegerValue.objects.create(name=evil)
    news.tell(evil)
    text = page()
    assert "alert(1)</script>" not in text
    assert data_of(text)["values"][0]["data"]["name"] == data_of(text)["news"]["news"] == evil


def test_the_page_in_spanish(client, page):
    client.post("/i18n/setlang/", {"language": "es"})
    text = page()
    assert '<html lang="es">' in text
    assert "Las explicaciones y los comentarios del código están en inglés." in text
    assert "Tres funciones y un grupo" in text
    assert text.count('<div class="primer-text" lang="en">') == len(EXAMPLES) + 1
    assert data_of(text)["examples"][0]["title"] == "Tres funciones y un grupo"


def test_the_page_is_read_only(client):
    assert client.post("/primer/").status_code == 405


def test_the_page_is_linked_from_the_others(client):
    assert 'href="/primer/">Primer</a>' in client.get("/links/").content.decode("utf8")


def test_the_demo_has_values(settings):
    from django.core.management import call_command
    settings.DEBUG = True
    for _ in range(2):
        call_command("demo")
    assert IntegerValue.objects.count() == 3
