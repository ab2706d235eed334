"""
What a browser gets of what a worker sends to its socket.
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
