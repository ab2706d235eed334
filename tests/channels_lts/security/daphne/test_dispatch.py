"""
What a browser gets of the messages that a worker sends to its socket.
"""
import pytest

from .server import handshake

EMPTY_TEXT, EMPTY_BYTES, CLOSE = b"\x81\x00", b"\x82\x00", b"\x88\x02\x03\xe8"


@pytest.fixture
def channel(server, connection):
    connection.send(handshake("/"))
    return server.messages[0]["reply_channel"]


def frames(connection):
    return connection.received.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("message, expected", [
    ({"text": ""}, EMPTY_TEXT),
    ({"bytes": b""}, EMPTY_BYTES),
    ({"text": "", "bytes": None}, EMPTY_TEXT),
    ({"accept": True, "text": ""}, EMPTY_TEXT),
    ({"text": "x"}, b"\x81\x01x"),
    ({"text": "", "bytes": b"x"}, b"\x82\x01x"),
    ({"text": "", "bytes": b""}, b""),
])
@pytest.mark.parametrize("is_open", [True, False])
def test_an_empty_frame_is_a_frame(server, connection, channel, message, expected, is_open):
    if is_open:
        server.factory.dispatch_reply(channel, {"accept": True})
    server.factory.dispatch_reply(channel, message)
    assert frames(connection) == expected


def test_an_empty_frame_comes_before_the_close_that_it_was_sent_with(server, connection, channel):
    server.factory.dispatch_reply(channel, {"accept": True})
    server.factory.dispatch_reply(channel, {"text": "", "close": True})
    assert frames(connection) == EMPTY_TEXT + CLOSE


@pytest.mark.parametrize("message", [
    {"text": "", "close": True}, {"accept": False, "text": ""}, {"accept": False, "bytes": b""}])
def test_an_empty_frame_does_not_open_a_socket_that_is_refused(
        server, connection, channel, message):
    server.factory.dispatch_reply(channel, message)
    assert connection.statuses == [403]


def test_what_daphne_does_not_know_is_an_error_beside_an_empty_frame_too(server, channel):
    with pytest.raises(ValueError):
        server.factory.dispatch_reply(channel, {"text": "", "unknown": 1})


def test_a_handshake_that_may_come_again_later_is_answered_with_503(server, connection, channel):
    server.factory.dispatch_reply(channel, {"close": 1013})
    assert (connection.statuses, connection.is_closed) == ([503], True)
    assert b"\r\nRetry-After: 5\r\n" in connection.received
    assert server.factory.reply_protocols == {}


@pytest.mark.parametrize("message", [{"close": True}, {"close": 4001}, {"accept": False}])
def test_any_other_refusal_is_one_for_good(server, connection, channel, message):
    server.factory.dispatch_reply(channel, message)
    assert connection.statuses == [403]


def close_frame(code):
    return b"\x88\x02" + code.to_bytes(2, "big")


@pytest.mark.parametrize("code", [1000, 1008, 1012, 1013, 4001])
def test_an_open_socket_is_closed_with_the_code_that_a_worker_sends(
        server, connection, channel, code):
    server.factory.dispatch_reply(channel, {"accept": True})
    server.factory.dispatch_reply(channel, {"close": code})
    assert frames(connection) == close_frame(code)


@pytest.mark.parametrize("message, frame", [
    ({"text": "x"}, b"\x81\x01x"), ({"accept": True, "bytes": b""}, EMPTY_BYTES),
    ({"accept": True}, b"")])
def test_what_accepts_a_socket_and_closes_it_does_both(server, connection, channel, message, frame):
    server.factory.dispatch_reply(channel, dict(message, close=1013))
    assert connection.statuses == [101] and frames(connection) == frame + close_frame(1013)


@pytest.mark.parametrize("code", [1006, 2000, 70000])
def test_a_code_that_no_frame_may_have_is_an_error(server, channel, code):
    server.factory.dispatch_reply(channel, {"accept": True})
    with pytest.raises(Exception, match="invalid close code"):
        server.factory.dispatch_reply(channel, {"close": code})
