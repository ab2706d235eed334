"""
What load balancers ask.
"""
import pytest
from django.db import InterfaceError, connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when it is called; starts without an answer that still holds."""
    class Clock:
        now = 5000.0

        def __call__(self, seconds):
            self.now += seconds
    clock = Clock()
    monkeypatch.setattr("workshop.health.monotonic", lambda: clock.now)
    return clock


def break_database(monkeypatch):
    def gone():
        raise InterfaceError("password of db.example.com is wrong")
    monkeypatch.setattr(connection, "cursor", gone)


def test_healthz_asks_the_database_and_tells_nothing_of_it(client, clock, monkeypatch):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    break_database(monkeypatch)
    assert client.get("/healthz").status_code == 200  # for a second
    clock(1)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")


def test_healthz_asks_once_a_second_and_for_no_session(
        client, alice, clock, django_assert_num_queries):
    client.force_login(alice)
    client.get("/healthz")
    clock(1)
    with django_assert_num_queries(1):
        for _ in range(10):
            client.get("/healthz")


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", "a b", "\xff"])
def test_healthz_answers_whatever_the_host_is(client, settings, host):
    settings.SECURE_SSL_REDIRECT = True
    for method in (client.get, client.head):
        answer = method("/healthz", HTTP_HOST=host)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer
    assert answer.content == b""
    assert client.get("/links/", HTTP_HOST=host).status_code == 400


def test_healthz_only_answers(client):
    assert client.post("/healthz").status_code == 405
    assert client.get("/healthz/").status_code == 404
