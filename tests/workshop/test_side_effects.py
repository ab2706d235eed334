"""
What a GET and an anonymous POST leave behind: nothing.
"""
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .test_headers import PATHS

pytestmark = pytest.mark.django_db

MODELS = ["auth/user", "auth/group", "chat/room", "chat/message", "links/link", "links/tag",
          "primer/integervalue"]
ADMIN = ["/admin/logout/", "/admin/password_change/", "/admin/jsi18n/"] + [
    "/admin/%s/%s" % (model, page) for model in MODELS for page in ("", "add/")]


@pytest.mark.parametrize("is_admin", [True, False])
def test_a_get_writes_nothing(client, admin, is_admin):
    cache.clear()
    if is_admin:
        client.force_login(admin)
    before = dict(client.session.items())
    with CaptureQueriesContext(connection) as queries:
        for path in PATHS + ADMIN + ["/chat/new/?open=1", "/accounts/login/?next=/links/"]:
            client.get(path)
    written = [query["sql"] for query in queries
               if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []
    assert dict(client.session.items()) == before


@pytest.mark.parametrize("path, data", [
    ("/i18n/setlang/", {"language": "es"}),
    ("/accounts/login/", {"username": "alice", "password": "wrong"}),
    ("/accounts/login/?next=/chat/", {}),
    ("/admin/login/", {"username": "alice", "password": "wrong"}),
    ("/accounts/signup/", {"username": "", "password1": "x", "password2": "y"}),
    ("/accounts/logout/", {}), ("/admin/logout/", {}),
    ("/chat/new/", {}), ("/links/api/links/", {"name": "x"}), ("/links/api/", {}),
    ("/admin/password_change/", {"old_password": "x"}), ("/nowhere/", {}), ("/healthz", {}),
])
@pytest.mark.parametrize("has_token", [True, False])
def test_an_anonymous_post_leaves_no_session(alice, path, data, has_token):
    client = Client(enforce_csrf_checks=not has_token)
    for _ in range(2):
        client.post(path, data)
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies or not client.cookies["sessionid"].value


def test_http_basic_opens_nothing(client, admin):
    from base64 import b64encode
    header = "Basic " + b64encode(b"admin:admin").decode()
    answer = client.post("/links/api/tags/", {"name": "x"}, HTTP_AUTHORIZATION=header)
    assert (answer.status_code, "WWW-Authenticate" in answer) == (403, False)
    assert client.get("/links/api/tags/", HTTP_AUTHORIZATION=header).status_code == 200


def test_the_session_opens_the_rest_api(client, admin):
    client.force_login(admin)
    assert client.post("/links/api/tags/", {"name": "x"}).status_code == 201
    assert b"<form" in client.get("/links/api/tags/", HTTP_ACCEPT="text/html").content
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    assert strict.post("/links/api/tags/", {"name": "y"}).status_code == 403
