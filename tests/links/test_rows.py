"""
The links in the page's HTML, for visitors without JavaScript, or before it has run.
"""
import re

import pytest

from links.models import Link, LinkTag, Tag
from links.rows import PAGE_SIZE, short_url

pytestmark = pytest.mark.django_db


def root_of(client, address="/links/", **headers):
    """The part that the script will replace."""
    page = client.get(address, **headers).content.decode("utf8")
    return re.search(r'<div id="links-detail">(.*?)</div>\s*<noscript>', page, re.S).group(1)


def names_in(root):
    return re.findall(r'<th scope="row"[^>]*><bdi>(.*?)</bdi>', root)


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice,
                               description="A framework")


def test_a_link_is_readable_without_a_script(client, link):
    LinkTag.objects.create(link=link, tag=Tag.objects.create(name="python"))
    root = root_of(client)
    text = " ".join(re.sub(r"<[^>]*>", " ", root).split())
    assert "Django djangoproject.com A framework python alice No" in text
    assert 'href="https://www.djangoproject.com/" rel="noopener noreferrer nofollow"' in root


def test_its_heads_are_in_the_language_of_the_page(client, link):
    assert 'data-label="Etiquetas"' in root_of(client, HTTP_ACCEPT_LANGUAGE="es")


def test_nothing_of_it_is_markup_or_a_script(client, alice):
    hostile = '"><script>alert(1)</script>'
    Link.objects.create(name=hostile[:30], url="javascript:alert(1)", description=hostile,
                        user=alice)
    root = root_of(client)
    assert "<script" not in root and "&lt;script&gt;" in root
    assert "href" not in root.split("<tbody")[1].split("</tbody")[0]


def test_a_long_list_has_pages(client, alice):
    Link.objects.bulk_create(Link(name="n%d" % number, url="https://example.com/", user=alice)
                             for number in range(PAGE_SIZE + 1))
    assert len(names_in(root_of(client))) == PAGE_SIZE
    assert 'href="?page=2"' in root_of(client)
    for page in ("2", "3"):
        last = root_of(client, "/links/?page=" + page)
        assert names_in(last) == ["n%d" % PAGE_SIZE] and 'href="?page=1"' in last


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "9" * 30, "\u0663"])
def test_an_address_that_means_no_page_shows_the_first(client, link, page):
    assert names_in(root_of(client, "/links/?page=" + page)) == ["Django"]


def test_rows_that_the_script_will_filter_are_not_shown_first(client, link):
    root = root_of(client, "/links/?search=flask")
    assert names_in(root) == [] and 'href="/links/">All links' in root


def test_an_empty_list_says_so(client):
    assert "There are no links yet." in root_of(client)


@pytest.mark.parametrize("url, short", [
    ("https://www.djangoproject.com/", "djangoproject.com"),
    ("http://example.com:8000/a/?b#c", "example.com:8000/a/?b#c"),
    ("https://bank.example@evil.example/", "https://bank.example@evil.example/"),
    ("https://bank.example\\@evil.example/", "https://bank.example\\@evil.example/"),
    ("ftp://example.com/", "ftp://example.com/")])
def test_an_address_begins_with_where_it_leads(url, short):
    assert short_url(url) == short
