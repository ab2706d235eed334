import pytest
from django.contrib.sessions.models import Session
from django.utils.translation import LANGUAGE_SESSION_KEY, trans_real

pytestmark = pytest.mark.django_db
PATH = "/i18n/setlang/"


def is_spanish(client):
    return "Iniciar sesi\xf3n" in client.get("/accounts/login/").content.decode("utf8")


def test_the_language_is_kept_in_a_cookie_and_leaves_no_row(client):
    answer = client.post(PATH, {"language": "es"}, HTTP_REFERER="http://testserver/links/")
    assert (answer.status_code, answer.url) == (302, "http://testserver/links/")
    assert is_spanish(client)
    assert not Session.objects.exists()
    client.post(PATH, {"language": "en"})
    assert not is_spanish(client)


@pytest.mark.parametrize("language", ["", "tlh", "es\n", "x" * 10000, "../es"])
def test_another_language_is_not_taken(client, language):
    cached = trans_real.check_for_language.cache_info().currsize
    assert client.post(PATH, {"language": language}).status_code == 302
    assert "django_language" not in client.cookies
    assert trans_real.check_for_language.cache_info().currsize == cached


def test_a_cookie_of_another_language_is_not_looked_at(client):
    client.get("/accounts/login/")
    cached = trans_real.get_supported_language_variant.cache_info().currsize
    client.cookies["django_language"] = "es-" + "x" * 3000  # Django would take it for es
    assert client.get("/accounts/login/").status_code == 200
    assert trans_real.get_supported_language_variant.cache_info().currsize == cached


@pytest.mark.parametrize("target", [
    "http://evil.example/", "//evil.example/", "javascript:alert(1)", "///evil.example", "/" * 3000,
    "http:///evil.example/", "\\\\evil.example"])
def test_the_way_back_is_on_this_site(client, target):
    for where in ({"data": {"language": "es", "next": target}},
                  {"data": {"language": "es"}, "HTTP_REFERER": target}):
        assert client.post(PATH, **where).url == "/"
    assert client.post(PATH, {"language": "es", "next": "/links/"}).url == "/links/"


def test_a_language_in_an_older_session_gives_way(client, alice):
    client.force_login(alice)
    session = client.session
    session[LANGUAGE_SESSION_KEY] = "es"
    session.save()
    client.post(PATH, {"language": "en"})
    assert LANGUAGE_SESSION_KEY not in client.session


def test_nothing_is_changed_by_get(client):
    assert client.get(PATH, {"language": "es"}).status_code == 405
