import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_closed_access_sends_visitors_to_the_login(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/")


def test_users_see_who_is_logged_in(client, alice):
    client.post("/accounts/login/", {"username": "alice", "password": "alice"})
    assert b'{"username": "alice", "is_logged_in": true,' in client.get("/").content


def test_open_access_shows_the_page_to_anybody(client, alice, settings):
    settings.OPEN_ACCESS = True
    answer = client.get("/")
    assert b'{"username": "alice", "is_logged_in": false,' in answer.content
    assert b'"me": null' in answer.content


def test_a_wrong_password_is_said(client, alice):
    answer = client.post("/accounts/login/", {"username": "alice", "password": "x"})
    assert b'role="alert"' in answer.content


def test_a_login_goes_on_to_where_it_came_from_but_not_to_another_site(client, alice):
    for target, goes_to in (("/links/", "/links/"), ("http://evil.example/", "/")):
        data = {"username": "alice", "password": "alice"}
        assert client.post("/accounts/login/?next=" + target, data).url == goes_to
        client.post("/accounts/logout/")


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_a_link_on_another_site_logs_nobody_out(path, client, alice):
    client.force_login(alice)
    assert b"<form" in client.get(path).content
    assert "_auth_user_id" in client.session


def test_who_is_logged_in_does_not_sign_up(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/signup/").url == "/"


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/logout/", "/accounts/signup/"])
def test_forms_of_other_sites_are_refused(path):
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403


def test_signing_up_refuses_a_weak_password(client):
    answer = client.post("/accounts/signup/", {
        "username": "carol", "password1": "password", "password2": "password"})
    assert b"too common" in answer.content


def field(page, name):
    """The attributes of an input."""
    found, = re.findall(r'<input [^>]*name="%s"[^>]*>' % name, page)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', found))


def texts_of(page, attributes):
    """What describes an input."""
    ids = attributes.get("aria-describedby", "").split()
    return [re.search(r'id="%s"[^>]*>(.*?)</div>' % each, page, re.S).group(1) for each in ids]


def test_the_errors_of_a_form_are_tied_to_their_fields(client):
    fresh = client.get("/accounts/signup/").content.decode("utf8")
    assert "aria-invalid" not in field(fresh, "username")
    assert "150 characters" in texts_of(fresh, field(fresh, "username"))[0]
    page = client.post("/accounts/signup/", {
        "username": "", "password1": "password", "password2": "passwort"}).content.decode("utf8")
    for name, text in (("username", "required"), ("password2", "match")):
        attributes = field(page, name)
        assert attributes["aria-invalid"] == "true"
        assert text in texts_of(page, attributes)[0]
    assert "aria-invalid" not in field(page, "password1")


def test_the_error_of_a_login_is_tied_to_both_fields(client):
    answer = client.post("/accounts/login/", {"username": "x", "password": "y"})
    page = answer.content.decode("utf8")
    for name in ("username", "password"):
        assert "correct username" in texts_of(page, field(page, name))[0]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_the_forms_are_translated(client, path):
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE="es")
    assert "Contraseña" in answer.content.decode("utf8")


def test_users_are_readable_without_a_script_in_their_groups(client, alice, account):
    account("bob")
    client.force_login(alice)
    page = client.get("/").content.decode("utf8")
    root = page.split('<div id="user-list">')[1].split("<noscript>")[0]
    logged_in, offline = root.split('class="users users-')[2:]
    assert "Logged in (1)" in logged_in and "<bdi>alice</bdi>" in logged_in and "(you)" in logged_in
    assert "Offline (1)" in offline and "<bdi>bob</bdi>" in offline
