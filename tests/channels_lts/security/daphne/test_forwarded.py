"""
What is trusted of what proxies and clients say about themselves.
"""
import hypothesis.strategies as st
import pytest
from hypothesis import given

from .server import Server, handshake, request

PROXY = {"proxy_forwarded_address_header": "X-Forwarded-For",
         "proxy_forwarded_port_header": "X-Forwarded-Port",
         "proxy_forwarded_proto_header": "X-Forwarded-Proto"}


def behind_proxy(*headers, make=request):
    """(client, headers) of the message that a request with these headers becomes."""
    server = Server(**PROXY)
    server.connect().send(make("/", *headers))
    message, = server.messages
    return message["client"], dict(message["headers"])


@pytest.mark.parametrize("make", [request, handshake])
@pytest.mark.parametrize("values, host", [
    (["203.0.113.7"], "203.0.113.7"),
    (["203.0.113.7:5678"], "203.0.113.7"),
    (["[2001:db8::1]:80"], "2001:db8::1"),
    (["[2001:db8::1]"], "2001:db8::1"),
    (["2001:DB8::1"], "2001:db8::1"),
    (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
    (["198.51.100.1,203.0.113.7"], "203.0.113.7"),
    (["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
    (["nonsense, 203.0.113.7"], "203.0.113.7"),
    (["\xff\x85"], "192.0.2.1"),
    (["203.0.113.7, unknown"], "192.0.2.1"),
    (["203.0.113.7, fe80::1%anything"], "192.0.2.1"),
    (["203.0.113.7 203.0.113.8"], "192.0.2.1"),
    ([""], "192.0.2.1"),
    (["1" * 9000], "192.0.2.1"),
])
def test_the_address_is_the_one_that_the_proxy_added(make, values, host):
    client, headers = behind_proxy(
        *["X-Forwarded-For: %s" % value for value in values], make=make)
    assert client[0] == host
    assert headers.get(b"x-forwarded-for", b"192.0.2.1") == host.encode()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255, blacklist_characters="\x7f"),
               max_size=40))
def test_no_value_makes_more_than_an_address(value):
    for make in (request, handshake):
        client, _ = behind_proxy("X-Forwarded-For: 198.51.100.1, " + value,
                                 "X-Forwarded-Port: " + value, "X-Forwarded-Proto: " + value,
                                 make=make)
        assert client[0] == "192.0.2.1" or client[0] in value or ":" in client[0]


def test_of_two_proxies_the_first_counts(settings):
    settings.CHANNELS_LTS = {"PROXY_HOPS": 2}
    assert behind_proxy("X-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.0.0.1")[0] == ["203.0.113.7", 0]
    assert behind_proxy("X-Forwarded-For: 10.0.0.1")[0] == ["10.0.0.1", 0]


@pytest.mark.parametrize("hops", [0, None])
@pytest.mark.parametrize("make", [request, handshake])
def test_where_no_proxy_counts_nobody_is_believed(settings, make, hops):
    settings.CHANNELS_LTS = {"PROXY_HOPS": hops}
    client, headers = behind_proxy("X-Forwarded-For: 1.1.1.1, 203.0.113.7", make=make)
    assert client == ["192.0.2.1", 4711]
    assert b"x-forwarded-for" not in headers


@pytest.mark.parametrize("value, scheme", [
    ("https", "https"), ("HTTPS", "https"), ("http", "http"), ("javascript", "http"),
    ("\xff", "http"), ("https, http", "http")])
def test_the_scheme_is_one_that_there_is(value, scheme):
    server = Server(**PROXY)
    server.connect().send(request("/", "X-Forwarded-For: 203.0.113.7",
                                  "X-Forwarded-Proto: " + value))
    assert server.messages[0]["scheme"] == scheme


@pytest.mark.parametrize("make", [request, handshake])
@pytest.mark.parametrize("value, scheme", [("wss", b"https"), ("WSS", b"https"), ("ws", b"http")])
def test_the_scheme_of_a_socket_is_one_that_django_knows(make, value, scheme):
    _, headers = behind_proxy("X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: " + value,
                              make=make)
    assert headers[b"x-forwarded-proto"] == scheme


@pytest.mark.parametrize("value, port", [("443", 443), ("x", 0), ("99999999", 0), ("\xff", 0)])
def test_the_port_is_one_that_there_can_be(value, port):
    assert behind_proxy("X-Forwarded-For: 203.0.113.7", "X-Forwarded-Port: " + value)[0] == [
        "203.0.113.7", port]


def test_without_a_proxy_nobody_is_believed(server, connection):
    connection.send(request("/", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https"))
    message, = server.messages
    assert (message["client"], message["scheme"]) == (["192.0.2.1", 4711], "http")


@pytest.mark.parametrize("is_trusted, root_path", [(False, ""), (True, "/prefix")])
def test_the_root_path_is_believed_if_the_project_says_so(settings, is_trusted, root_path):
    settings.CHANNELS_LTS = {"TRUST_ROOT_PATH_HEADER": is_trusted}
    server = Server()
    server.connect().send(request("/", "Daphne-Root-Path: /prefix"))
    message, = server.messages
    assert message["root_path"] == root_path
    assert b"daphne-root-path" not in dict(message["headers"])


def test_several_cookies_are_joined_as_cookies(server, connection):
    connection.send(request("/", "Cookie: a=1", "Cookie: b=2"))
    assert [value for name, value in server.messages[0]["headers"] if name == b"cookie"] == [
        b"a=1; b=2"]


def test_no_other_header_of_a_handshake_becomes_the_address():
    client, _ = behind_proxy("X-Mine: a\x85X-Forwarded-For: 203.0.113.9", make=handshake)
    assert client[0] == "192.0.2.1"
