"""
Who may open a socket: scheme, host and port of its origin count, and the host it asks for.
"""
import pytest
from channels.exceptions import DenyConnection
from channels.message import Message
from hypothesis import given, strategies

from channels_lts.security import origins, websockets
from channels_lts.security.refusal_log import RefusalLog
from channels_lts.security.websockets import Refused, allowed_origins_only, check


def headers(origin="http://testserver", host="testserver", **others):
    pairs = [(b"host", host), (b"origin", origin)] + [
        (name.replace("_", "-").encode("ascii"), value) for name, value in others.items()]
    return [(name, value.encode("latin1")) for name, value in pairs if value is not None]


class Handshake:
    def __init__(self, headers):
        self.content = {"headers": headers}


def is_taken(*args, **kwargs):
    try:
        check(Handshake(headers(*args, **kwargs)))
    except Refused:
        return False
    return True


@pytest.fixture(autouse=True)
def any_host(settings):
    settings.ALLOWED_HOSTS = ["*"]


@pytest.mark.parametrize("origin, host", [
    ("http://testserver", "testserver"),
    ("https://testserver", "testserver"),  # nobody says by which scheme it came
    ("http://testserver:80", "testserver"),
    ("https://testserver", "testserver:443"),
    ("http://testserver:8000", "testserver:8000"),
    ("HTTP://TestServer", "testserver"),
    ("http://[2001:db8::1]:8000", "[2001:db8::1]:8000"),
])
def test_the_sites_own_pages_come_in(origin, host):
    assert is_taken(origin, host)


@pytest.mark.parametrize("origin, host", [
    ("http://evil.example", "testserver"),
    ("http://testserver:8001", "testserver:8000"),
    ("http://testserver:8000", "testserver"),
    ("https://testserver", "testserver:80"),
    ("http://testserver.evil.example", "testserver"),
    ("http://testserver@evil.example", "testserver"),
    ("http://evil.example/testserver", "testserver"),
    ("ftp://testserver", "testserver"),
])
def test_other_pages_do_not_whatever_allowed_hosts_says(origin, host):
    assert not is_taken(origin, host)


@pytest.mark.parametrize("origin", [
    None, "", "null", "testserver", "//testserver", "http://", "http://[", "http://[::1",
    "http://]", "http://testserver:", "http://testserver:x", "http://testserver:123456",
    "http://t\xe9st", "http://testserver, http://evil.example", "http://testserver\n",
    "http://testserver/", "http://testserver\x00", "http://user@testserver",
    "http://testserver:\xb28"])
def test_what_is_no_origin_is_refused(origin):
    assert not is_taken(origin)


def test_one_of_several_origins_is_none():
    twice = headers() + [(b"origin", b"http://testserver")]
    with pytest.raises(Refused):
        check(Handshake(twice))


@pytest.mark.parametrize("host", [None, "", "evil.example", "testserver, evil.example", "[", "a b",
                                  "testserver@evil.example"])
def test_the_host_of_a_handshake_is_checked(host, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert not is_taken(host=host, origin="http://%s" % host)
    assert is_taken()


@pytest.mark.parametrize("others, own, other", [
    ({"x_forwarded_proto": "https"}, "https://testserver", "http://testserver"),
    ({"x_forwarded_proto": "wss"}, "https://testserver", "http://testserver"),
    ({"x_forwarded_proto": "http"}, "http://testserver", "https://testserver"),
    ({}, "http://testserver", "https://testserver"),
    ({"daphne_scheme": "https"}, "https://testserver", "http://testserver"),
])
def test_the_scheme_counts_where_a_proxy_tells_it(others, own, other, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert is_taken(own, **others) and not is_taken(other, **others)


@pytest.mark.parametrize("scheme, other", [("http", "https"), ("https", "http")])
def test_the_scheme_counts_where_daphne_tells_it(scheme, other):
    assert is_taken("%s://testserver" % scheme, daphne_scheme=scheme)
    assert not is_taken("%s://testserver" % other, daphne_scheme=scheme)


def test_a_proxy_that_tells_the_host_is_believed_where_django_believes_it(settings):
    told = {"x_forwarded_host": "example.org", "origin": "http://example.org"}
    assert not is_taken(**told)
    settings.USE_X_FORWARDED_HOST = True
    assert is_taken(**told)


def test_other_origins_can_be_allowed(settings):
    settings.CHANNELS_LTS = {"ALLOWED_ORIGINS": ["https://Example.org:8443", "app://desktop"]}
    assert is_taken("https://example.org:8443") and is_taken("app://desktop")
    assert not is_taken("https://example.org") and not is_taken("http://example.org:8443")


@pytest.mark.parametrize("origin", [None, "http://evil.example", "http://["])
def test_the_check_can_be_switched_off_and_the_host_still_counts(origin, settings):
    settings.CHANNELS_LTS = {"ALLOWED_ORIGINS": None}
    settings.ALLOWED_HOSTS = ["testserver"]
    assert is_taken(origin)
    assert not is_taken(origin, host="evil.example")


def test_headers_that_are_a_dict_are_read_too():
    check(Handshake({"host": b"testserver", "origin": "http://testserver"}))
    with pytest.raises(Refused):
        check(Handshake({"cookie": b""}))


@given(strategies.lists(strategies.tuples(
    strategies.sampled_from([b"host", b"origin", b"x-forwarded-proto", b"daphne-scheme"]),
    strategies.binary(max_size=40) | strategies.from_regex(
        r"(https?|wss?|x)://(\[[:0-9]+|a+)(:\d+)?", fullmatch=True).map(
            lambda text: text.encode("utf8"))), max_size=6))
def test_whatever_comes_is_taken_or_refused_and_raises_nothing_else(pairs):
    try:
        check(Handshake(pairs))
    except Refused:
        return
    assert len([name for name, _value in pairs if name == b"origin"]) == 1


@given(strategies.text(max_size=60))
def test_an_origin_that_is_read_is_its_own_parts(text):
    for prefix in ("", "http://", "https://a", "http://[::1]"):
        found = origins.parse(prefix + text)
        assert found is None or found == origins.of_host(
            found.scheme, (prefix + text).lower().partition("://")[2])


def test_refusals_say_why_and_are_not_a_flood(caplog, monkeypatch):
    now = [0]
    logger = websockets.refusals.logger
    monkeypatch.setattr(websockets, "refusals", RefusalLog(logger, clock=lambda: now[0]))
    consumer = allowed_origins_only(lambda message: None)
    for _ in range(50):
        with pytest.raises(DenyConnection):
            consumer(Message({"headers": headers("http://evil\n\x1b[31m")}, "", None))
    line, = caplog.messages
    assert "ALLOWED_ORIGINS" in line and "evil" in line
    assert "\n" not in line and "\x1b" not in line
