"""
How connections begin and end, where the other side does little or nothing for it.
"""
import pytest

from .server import Server, handshake, request


def test_an_address_has_so_many_connections_and_others_have_their_own():
    server = Server({"MAX_CONNECTIONS_PER_ADDRESS": 2})
    first, second, third = (server.connect() for _ in range(3))
    assert [each.is_closed for each in (first, second, third)] == [False, False, True]
    assert not server.connect("192.0.2.2").is_closed
    first.lose()
    third.lose()  # of the one that was refused nothing is given back
    assert [server.connect().is_closed for _ in range(2)] == [False, True]


def test_a_socket_is_counted_as_a_socket_only():
    server = Server({"MAX_CONNECTIONS_PER_ADDRESS": 1})
    for _ in range(3):
        assert not server.connect().send(handshake()).is_closed
    assert len(server.messages) == 3


@pytest.mark.parametrize("options,limit", [
    ({"proxy_forwarded_address_header": "X-Forwarded-For"}, 1), ({}, None)],
    ids=["a proxy's", "no limit"])
def test_where_they_are_a_proxys_or_the_limit_is_off_connections_are_not_counted(options, limit):
    server = Server({"MAX_CONNECTIONS_PER_ADDRESS": limit}, **options)
    assert not any(server.connect().is_closed for _ in range(5))


def answered(limits, size):
    """A connection that ends with an answer, which the other side doesn't read."""
    server = Server(limits)
    connection = server.connect().send(request("/", "Connection: close"))
    server.answer(server.messages[0], b"x" * size)
    return server, connection


def test_an_answer_may_be_read_as_slowly_as_a_body_may_come():
    server, connection = answered({"BODY_SECONDS": 5, "BODY_RATE": 100}, 1000)
    server.clock.advance(5)
    assert not connection.transport.disconnected
    server.clock.advance(11)
    assert connection.transport.disconnected


@pytest.mark.parametrize("limit", [5, None])
def test_a_connection_that_has_ended_leaves_no_timer(limit):
    server, connection = answered({"BODY_SECONDS": limit}, 10)
    connection.lose()
    assert not server.clock.getDelayedCalls()
