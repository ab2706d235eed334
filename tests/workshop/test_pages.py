import pytest
from django.db import InterfaceError, connection

pytestmark = pytest.mark.django_db


def test_healthz_asks_the_database(client, monkeypatch):
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")

    def gone():
        raise InterfaceError("gone")
    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("path", ["/links/", "/accounts/login/", "/links/api/", "/healthz"])
def test_scripts_run_only_from_this_site(client, path):
    policy = client.get(path)["Content-Security-Policy"].split("; ")
    assert policy[:2] == [
        "default-src 'self'", "connect-src 'self' ws://testserver wss://testserver"]
    assert "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert not any(part.startswith("script-src") for part in policy)


def test_an_error_of_the_middleware_has_the_policy_too(client):
    answer = client.get("/", HTTP_HOST="evil.example")
    assert (answer.status_code, answer["Content-Security-Policy"][:18]) == (
        400, "default-src 'self'")


def test_the_language_can_be_chosen(client):
    client.post("/i18n/setlang/", {"language": "es"})
    assert "Iniciar sesión" in client.get("/accounts/login/").content.decode("utf8")


def test_demo_needs_debug(settings):
    from django.core.management import CommandError, call_command
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")


def test_demo_can_be_loaded_again(settings, django_user_model):
    from django.core.management import call_command

    from chat.models import Room
    from links.models import Link
    settings.DEBUG = True
    for _ in range(2):
        call_command("demo")
    assert django_user_model.objects.count() == 3
    assert django_user_model.objects.get(username="admin").is_superuser
    assert Link.objects.count() == 5
    assert Room.objects.get().name == "default"


def test_strangers_find_the_room_of_the_demo(client, settings):
    from django.core.management import call_command
    settings.DEBUG = True
    call_command("demo")
    assert client.get("/chat/default/").status_code == 200
