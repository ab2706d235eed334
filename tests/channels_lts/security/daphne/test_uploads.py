"""
How much of large bodies may wait at a time.
"""
import pytest

from .server import Server, request

LIMITS = {"LARGE_BODY": 100, "MAX_WAITING_BYTES": 3000, "MAX_WAITING_BYTES_PER_ADDRESS": 2000}


@pytest.fixture
def server():
    return Server(LIMITS)


def announce(server, size, host="192.0.2.1"):
    return server.connect(host).send(request("/", "Content-Length: %d" % size, method="POST"))


def test_bodies_that_wait_are_bounded_per_address_and_in_all(server):
    assert announce(server, 2000).statuses == []
    assert announce(server, 101).statuses == [503]
    assert announce(server, 1000, host="192.0.2.2").statuses == []
    assert announce(server, 101, host="192.0.2.3").statuses == [503]


def test_a_refused_upload_is_told_when_to_come_again(server):
    announce(server, 2000)
    assert b"\r\nRetry-After: 5\r\n" in announce(server, 2000).received


def test_small_requests_always_get_through(server):
    announce(server, 2000)
    announce(server, 1000, host="192.0.2.2")
    for _ in range(100):
        server.connect().send(request("/", method="POST", body=b"x" * 100))
    assert len(server.messages) == 100


def test_one_network_of_IPv6_is_one_address(server):
    assert announce(server, 2000, host="2001:db8::1").statuses == []
    assert announce(server, 2000, host="2001:db8::2").statuses == [503]


def test_behind_a_proxy_the_client_counts():
    server = Server(LIMITS, proxy_forwarded_address_header="X-Forwarded-For")
    statuses = [server.connect().send(request(
        "/", "X-Forwarded-For: %s" % address, "Content-Length: 1500")).statuses
        for address in ("203.0.113.1", "203.0.113.2", "203.0.113.1")]
    assert statuses == [[], [], [503]]


def test_chunks_count_as_they_arrive(server):
    chunked = server.connect().send(request("/", "Transfer-Encoding: chunked", method="POST"))
    chunked.send(b"3e8\r\n" + b"x" * 1000)
    assert announce(server, 1001).statuses == [503]
    assert announce(server, 1000).statuses == []
    chunked.send(b"\r\n1\r\nx")
    assert chunked.statuses == [503]


def test_an_upload_waits_until_it_is_answered(server):
    connection = server.connect().send(request("/", method="POST", body=b"x" * 2000))
    assert announce(server, 2000).statuses == [503]
    server.answer(server.messages[0])
    assert connection.statuses == [200]
    assert announce(server, 2000).statuses == []


def test_an_upload_whose_connection_is_lost_waits_no_more(server):
    announce(server, 2000).lose()
    server.connect().send(request("/", method="POST", body=b"x" * 2000)).lose()
    late = announce(server, 2000)
    server.clock.advance(31)
    assert late.statuses == [408]
    assert announce(server, 2000).statuses == []
