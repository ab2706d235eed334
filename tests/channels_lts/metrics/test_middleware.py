"""
/metrics: who sees it.
"""
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from redis.exceptions import ConnectionError

from channels_lts.metrics import middleware
from channels_lts.metrics.middleware import MetricsMiddleware

from .samples import samples

TOKEN = "b3JhbmdlLWp1aWNl"


def ask(address="192.0.2.1", token=None, path="/metrics", method="get"):
    """The status of the middleware's answer; 404 is that of the site behind it."""
    headers = {"HTTP_AUTHORIZATION": token} if token else {}
    request = getattr(RequestFactory(), method)(path, REMOTE_ADDR=address, **headers)
    return MetricsMiddleware(lambda request: HttpResponse(status=404))(request).status_code


@pytest.fixture(autouse=True)
def exposition(monkeypatch):
    class Exposition:
        CONTENT_TYPE = "text/plain"

        @staticmethod
        def text(layer):
            return b"up 1\n"
    monkeypatch.setattr(middleware, "exposition", lambda: Exposition)
    return Exposition


@pytest.fixture
def allow(settings, layer):
    def allow(**values):
        settings.CHANNELS_LTS = values
    return allow


def test_it_is_closed_by_default(allow):
    allow()
    assert ask(address="127.0.0.1") == ask(token="Bearer None") == ask(token="Bearer ") == 404


@pytest.mark.parametrize("given,status", [
    ("Bearer " + TOKEN, 200),
    ("Bearer " + TOKEN[:-1], 404),
    ("Bearer Größe", 404),
    ("Basic " + TOKEN, 404),
    (TOKEN, 404),
    (None, 404),
])
def test_a_token_opens_it(allow, given, status):
    allow(METRICS_TOKEN=TOKEN)
    assert ask(token=given) == status


@pytest.mark.parametrize("address,status", [
    ("192.0.2.1", 200), ("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("2001:db8::7", 200),
    ("192.0.2.2", 404), ("2001:db9::7", 404), ("10.1.2.3%x", 404), ("", 404), ("unix", 404),
])
def test_a_list_of_addresses_opens_it(allow, address, status):
    allow(METRICS_ADDRESSES=["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"])
    assert ask(address=address) == status


def test_of_both_both_must_hold(allow):
    allow(METRICS_TOKEN=TOKEN, METRICS_ADDRESSES=["192.0.2.1"])
    assert ask(token="Bearer " + TOKEN) == 200
    assert ask() == ask(token="Bearer " + TOKEN, address="192.0.2.2") == 404


def test_nothing_else_is_answered(allow):
    allow(METRICS_ADDRESSES=["192.0.2.1"])
    assert ask(path="/metrics/") == ask(path="/") == ask(method="post") == 404


def test_a_redis_that_is_away_is_503(allow, exposition):
    def away(layer):
        raise ConnectionError("gone")
    allow(METRICS_ADDRESSES=["192.0.2.1"])
    exposition.text = staticmethod(away)
    assert ask() == 503


def test_a_layer_that_keeps_no_statistics_is_503(settings):
    settings.CHANNELS_LTS = {"METRICS_ADDRESSES": ["192.0.2.1"]}
    assert ask() == 503


def test_where_it_is_open_and_the_package_is_missing_the_site_does_not_start(allow, monkeypatch):
    def missing():
        raise ImproperlyConfigured("prometheus_client is missing")
    monkeypatch.setattr(middleware, "exposition", missing)
    allow()
    assert ask() == 404
    allow(METRICS_TOKEN=TOKEN)
    with pytest.raises(ImproperlyConfigured):
        ask()


def test_where_an_address_is_none_the_site_does_not_start(allow):
    allow(METRICS_ADDRESSES=["10.0.0.1/8"])
    with pytest.raises(ImproperlyConfigured, match="METRICS_ADDRESSES: 10.0.0.1/8 has host bits"):
        ask()


@pytest.mark.django_db
def test_the_site_answers_whatever_the_host(client, settings, layer, monkeypatch):
    pytest.importorskip("prometheus_client")
    monkeypatch.undo()
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, METRICS_TOKEN=TOKEN)
    answer = client.get("/metrics", HTTP_HOST="10.1.2.3:8000",
                        HTTP_AUTHORIZATION="Bearer " + TOKEN)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert ("workers",) in samples(answer.content.decode("utf8"))
    assert client.get("/metrics").status_code == 404
