"""
What every answer says to browsers and caches.
"""
import pytest
from django.db import InterfaceError, connection
from django.test import Client

from channels_lts.worker import replies

pytestmark = pytest.mark.django_db

PATHS = [
    "/", "/links/", "/chat/", "/chat/nowhere/", "/primer/", "/primer/values/", "/links/api/",
    "/links/api/links/", "/links/api/links/?format=json", "/links/api/nowhere/", "/accounts/login/",
    "/accounts/signup/", "/accounts/logout/", "/admin/", "/admin/login/", "/admin/jsi18n/",
    "/nowhere/", "/healthz", "/favicon.ico", "/links", "/i18n/setlang/"]


def check(answer):
    cached = answer["Cache-Control"]
    assert "no-cache" in cached or "no-store" in cached
    assert "public" not in cached
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("is_admin", [True, False])
def test_every_answer_has_them(client, admin, path, is_admin):
    if is_admin:
        client.force_login(admin)
    check(client.get(path))


def test_errors_have_them(client, monkeypatch):
    check(Client(enforce_csrf_checks=True).post("/accounts/login/"))  # 403
    check(client.get("/", HTTP_HOST="evil.example"))  # 400
    check(client.post("/links/api/links/"))  # 403, of the REST framework
    check(client.post("/links/"))  # 405
    monkeypatch.setattr(client, "store_exc_info", lambda **kwargs: None)

    def gone():
        raise InterfaceError("gone")
    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/links/")
    assert answer.status_code == 500
    check(answer)


def test_who_is_too_fast_has_them(client, settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, LOGIN_FAILURES=(0, 60))
    answer = client.post("/accounts/login/", {"username": "alice", "password": "x"})
    assert answer.status_code == 429
    check(answer)


def test_static_files_are_cached_as_before(client, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get("/static/favicon.svg")
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"] and "private" not in answer["Cache-Control"]


def test_the_worker_s_own_error_has_them():
    headers = {name.decode(): value.decode() for name, value in replies.server_error()["headers"]}
    check(headers)


def test_a_page_of_https_is_only_for_https_where_the_settings_say_so(client, settings):
    settings.CHANNELS_LTS = {"RESPONSE_HEADERS": {"Strict-Transport-Security": "max-age=1"}}
    assert client.get("/links/")["Strict-Transport-Security"] == "max-age=1"
    assert (b"Strict-Transport-Security", b"max-age=1") in replies.server_error()["headers"]
