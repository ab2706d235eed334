"""
How a WebSocket begins: what autobahn sees of it, and what consumers do.
"""
import pprint
import sys
from collections import Counter

import hypothesis.strategies as st
import pytest
from autobahn.websocket.protocol import WebSocketServerProtocol
from hypothesis import given

from .server import Server, handshake, request

TEXT_HELLO = b"\x81\x85\0\0\0\0hello"


def headers_of(server):
    message, = server.messages
    return [field for field in message["headers"] if field[0].startswith(b"x-")]


def accept(server):
    server.factory.dispatch_reply(server.messages[0]["reply_channel"], {"accept": True})


def test_a_handshake_becomes_a_connect_and_frames_become_receives(server, connection):
    connection.send(handshake("/a%20room/;x?q=%31&q=2", "X-Mine: one"))
    message, = server.messages
    assert (message["path"], message["query_string"], message["client"]) == (
        "/a room/;x", b"q=%31&q=2", ["192.0.2.1", 4711])
    assert (b"x-mine", b"one") in message["headers"]
    assert (b"host", b"example.org") in message["headers"]
    accept(server)
    assert connection.statuses == [101]
    connection.send(TEXT_HELLO)
    server.clock.advance(0)
    assert server.messages[1]["text"] == "hello"


def files_called_by(do):
    """Counter of the calls of Python functions, by the files that they are in."""
    found = Counter()

    def note(frame, event, argument):
        if event == "call":
            found[frame.f_code.co_filename] += 1
    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return found


def test_options_of_autobahn_are_the_factorys_and_not_formatted_for_each_socket(server, connection):
    factory = server.factory.ws_factory
    factory.setProtocolOptions(autoPingSize=20)
    files = files_called_by(lambda: connection.send(handshake("/")))
    socket, = server.factory.reply_protocols.values()
    for option in WebSocketServerProtocol.CONFIG_ATTRS:
        assert getattr(socket, option) == getattr(factory, option)
    assert files[pprint.__file__] < 20  # of an empty list


@pytest.mark.parametrize("separator", ["\x85", "\xa0", "\x85\t"])
def test_a_value_never_becomes_a_header_of_its_own(server, connection, separator):
    value = "a%sOrigin: https://other.example%sX-Forwarded-For: 203.0.113.9" % (
        separator, separator)
    connection.send(handshake("/", "X-Mine: " + value))
    assert headers_of(server) == [(b"x-mine", value.encode("latin1"))]
    assert not any(name == b"origin" for name, _ in server.messages[0]["headers"])


@given(st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=30))
def test_no_value_of_any_header_makes_another(value):
    server = Server()
    connection = server.connect().send(handshake("/", "X-Mine: " + value, "X-Yours: 2"))
    if "\r\n" not in value and server.messages:
        names = [name for name, _ in server.messages[0]["headers"]]
        assert names == [b"host", b"upgrade", b"connection", b"sec-websocket-key",
                         b"sec-websocket-version", b"x-mine", b"x-yours", b"daphne-scheme"]
        assert headers_of(server)[0][1] == value.strip(" \t").encode("latin1")
    elif not server.messages:
        assert connection.statuses == [400]


def test_several_cookies_are_joined_as_cookies(server, connection):
    connection.send(handshake("/", "Cookie: a=1", "Cookie: b=2", "X-List: 1", "X-List: 2"))
    assert (b"cookie", b"a=1; b=2") in server.messages[0]["headers"]
    assert (b"x-list", b"1, 2") in server.messages[0]["headers"]


def test_consumers_know_the_scheme_and_no_client_can_say_it(server, connection):
    connection.send(handshake("/", "Daphne-Scheme: https"))
    assert [field for field in server.messages[0]["headers"] if field[0] == b"daphne-scheme"] == [
        (b"daphne-scheme", b"http")]


@pytest.mark.parametrize("behind", [request("/x"), handshake("/x"), TEXT_HELLO, b"\r\n"])
@pytest.mark.parametrize("at_once", [True, False])
def test_bytes_before_the_answer_to_a_handshake_end_the_connection(
        server, connection, at_once, behind):
    if at_once:
        connection.send(handshake("/1") + behind)
        assert connection.statuses == [400]
    else:
        connection.send(handshake("/1")).send(behind)
        assert connection.is_closed and connection.statuses == []
    assert server.paths in ([], ["/1"])


def test_a_request_behind_the_answer_is_no_frame(server, connection):
    connection.send(handshake("/1"))
    accept(server)
    connection.send(request("/x"))
    assert connection.statuses == [101]
    assert server.paths == ["/1"]


def test_a_handshake_waits_for_the_answer_to_the_request_before_it(server, connection):
    connection.send(request("/1") + handshake("/2"))
    assert server.paths == ["/1"]
    server.answer(server.messages[0])
    assert server.paths == ["/1", "/2"]


@pytest.mark.parametrize("data", [
    handshake("/", "Content-Length: 5"),
    handshake("/", "Transfer-Encoding: chunked"),
    handshake("/", "Origin: http://\xff"),
    handshake("/", "Origin: http://["),
    handshake("/", "Origin: http://a:b"),
    handshake("/", "Sec-WebSocket-Protocol: \xe9"),
    handshake("/", "Sec-WebSocket-Protocol: a, a"),
    handshake("/", "Sec-WebSocket-Extensions: \x85"),
    handshake("/").replace(b"Host: example.org\r\n", b""),
    handshake("/").replace(b"Host: example.org", b"Host: example.org:x"),
    handshake("/").replace(b"Key: dGhl", b"Key: \xa0\xa0\xa0\xa0"),
    handshake("/").replace(b"Version: 13", b"Version: " + b"9" * 10000),
    handshake("/").replace(b"Version: 13", b"Version: x"),
    handshake("/").replace(b"Connection: Upgrade\r\n", b""),
], ids=repr)
def test_a_malformed_handshake_is_refused_without_a_traceback(server, connection, caplog, data):
    connection.send(data)
    assert (connection.statuses, server.messages) == ([400], [])
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("data, status", [
    (handshake("/").replace(b"GET", b"POST"), 405), (handshake("/").replace(b"1.1", b"1.0"), 505)])
def test_a_handshake_is_a_GET_of_HTTP_1_1(server, connection, data, status):
    connection.send(data)
    assert (connection.statuses, server.messages, connection.is_closed) == ([status], [], True)


def test_a_client_that_may_have_no_more_sockets_is_told_so(server, connection, settings):
    settings.CHANNELS_LTS = {"MAX_SOCKETS_PER_ADDRESS": 1}
    connection.send(handshake("/"))
    assert server.connect().send(handshake("/no")).statuses == [503]
    assert server.connect("192.0.2.2").send(handshake("/2")).statuses == []
    connection.lose()
    assert server.connect().send(handshake("/3")).statuses == []
    assert [message["path"] for channel, message in server.layer.sent
            if channel == "websocket.connect"] == ["/", "/2", "/3"]


def test_a_refused_handshake_leaves_nothing_behind(server, connection):
    connection.send(handshake("/", "Origin: http://\xff"))
    connection.lose()
    assert server.factory.reply_protocols == {}


def test_a_handshake_that_no_worker_answers_is_answered_in_time():
    server = Server(websocket_connect_timeout=20)
    connection = server.connect().send(handshake("/"))
    server.clock.advance(20)
    server.factory.check_timeouts()
    assert (connection.statuses, connection.is_closed) == ([], False)
    server.clock.advance(1)
    server.factory.check_timeouts()
    assert (connection.statuses, connection.is_closed) == ([503], True)
    assert b"Retry-After: 5" in connection.received
    connection.lose()
    assert [channel for channel, _ in server.layer.sent] == [
        "websocket.connect", "websocket.disconnect"]


def test_a_handshake_waits_for_ever_if_daphne_was_told_so():
    server = Server(websocket_connect_timeout=-1)
    connection = server.connect().send(handshake("/"))
    server.clock.advance(10 ** 6)
    server.factory.check_timeouts()
    assert not connection.is_closed


def test_what_comes_too_late_for_a_handshake_is_ignored():
    server = Server(websocket_connect_timeout=20)
    connection = server.connect().send(handshake("/"))
    server.clock.advance(21)
    server.factory.check_timeouts()
    accept(server)
    assert connection.statuses == [503]
