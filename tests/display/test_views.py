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


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_the_forms_are_translated(client, path):
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE="es")
    assert "Contraseña" in answer.content.decode("utf8")
