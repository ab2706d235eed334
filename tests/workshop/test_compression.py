import gzip
import re

import pytest

pytestmark = pytest.mark.django_db

TOKEN = b"csrfmiddlewaretoken' value='[^']+'"


@pytest.fixture
def get(client):
    def get_page(path="/primer/", encodings="gzip, deflate, br"):
        return client.get(path, HTTP_ACCEPT_ENCODING=encodings)
    return get_page


def is_compressed(answer):
    return answer.get("Content-Encoding") == "gzip"


def test_a_long_page_for_everybody_is_compressed(get):
    plain, answer = get(encodings=""), get()
    assert is_compressed(answer) and not is_compressed(plain)
    assert len(answer.content) < len(plain.content) / 4
    assert answer["Content-Length"] == str(len(answer.content))
    assert (re.sub(TOKEN, b"", gzip.decompress(answer.content))
            == re.sub(TOKEN, b"", plain.content))


@pytest.mark.parametrize("encodings", ["", "gzip, br"])
def test_caches_are_told_by_what_they_differ(get, encodings):
    assert {"Accept-Encoding", "Cookie"} <= set(get(encodings=encodings)["Vary"].split(", "))


def test_so_is_long_json(get):
    assert is_compressed(get("/links/api/schema/"))


def test_what_somebody_who_is_logged_in_sees_is_not(get, client, alice):
    client.force_login(alice)
    assert not is_compressed(get())


def test_nor_is_a_page_that_begins_a_session(get, client, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_response",
                        lambda self, request, response: response.set_cookie("sessionid", "x")
                        or response)
    assert not is_compressed(get())


@pytest.mark.parametrize("path", ["/healthz", "/accounts/login/", "/nowhere/"])
def test_what_is_short_or_an_error_is_sent_as_it_is(get, path):
    assert not is_compressed(get(path))


def test_the_token_of_a_form_is_another_in_each_page(get):
    """For it is compressed: what stays the same could be guessed by the length."""
    one, other = (gzip.decompress(get().content) for _ in range(2))
    assert re.search(TOKEN, one).group() != re.search(TOKEN, other).group()
