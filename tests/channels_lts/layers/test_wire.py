"""Frames go out without a turn of the reactor, and still in their order; on real sockets."""
import socket
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server
from twisted.internet.testing import StringTransport

from channels_lts.layers.redis.daphne import wire

from .sockets import Socket
from .test_delivery import Scene, entry


class Pair:
    """A transport of Twisted's, the browser's end of it, and a reactor that we turn ourselves."""

    def __init__(self):
        here, self.browser = socket.socketpair()
        self.reactor = mock.Mock()
        self.transport = Server(here, Protocol(), ("127.0.0.1", 1), None, 1, self.reactor)
        self.transport.connected = 1
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.browser.setblocking(False)

    def received(self):
        data = b""
        try:
            while True:
                part = self.browser.recv(65536)
                if not part:
                    return data
                data += part
        except BlockingIOError:
            return data

    def turn(self):
        """What the reactor does for a transport that wants to write."""
        return self.transport.doWrite()

    def everything(self):
        data = self.received()
        while self.transport.dataBuffer or self.transport._tempDataBuffer:
            assert self.turn() is None
            data += self.received()
        return data

    def close(self):
        self.browser.close()
        self.transport.socket.close()


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.close()


def test_a_frame_is_at_the_browser_before_the_reactor_turns(pair):
    wire.write(pair.transport, b"a frame")
    assert pair.received() == b"a frame"
    pair.reactor.addWriter.assert_not_called()


def test_a_bundle_goes_out_this_way(pair):
    one = Socket()
    one.transport = pair.transport
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([entry({"text": "hello"}, "one")])
    assert pair.received().endswith(b"hello")
    pair.reactor.addWriter.assert_not_called()


def test_a_frame_does_not_overtake_what_waits(pair):
    pair.transport.write(b"first ")
    wire.write(pair.transport, b"second")
    assert pair.received() == b""
    assert pair.everything() == b"first second"


def test_what_the_socket_does_not_take_follows(pair):
    large = bytes(range(256)) * 4096
    wire.write(pair.transport, large)
    pair.reactor.addWriter.assert_called_with(pair.transport)
    wire.write(pair.transport, b"the end")
    assert pair.everything() == large + b"the end"


def test_a_browser_that_lags_is_seen_as_paused(pair):
    pair.transport.registerProducer(mock.Mock(), True)
    wire.write(pair.transport, b"x" * 2 ** 20)
    assert pair.transport.producerPaused


def test_a_browser_that_is_gone_is_left_to_the_reactor(pair):
    pair.browser.close()
    wire.write(pair.transport, b"a frame")
    pair.reactor.addWriter.assert_called_with(pair.transport)
    assert isinstance(pair.turn(), Exception)


@pytest.mark.parametrize("state", [{"disconnecting": True}, {"TLS": True}, {"connected": 0}])
def test_nothing_is_sent_past_tls_or_an_end(pair, state):
    pair.transport.write = mock.Mock()
    vars(pair.transport).update(state)
    wire.write(pair.transport, b"a frame")
    assert pair.received() == b""
    pair.transport.write.assert_called_once_with(b"a frame")


def test_other_transports_are_written_to_as_ever():
    transport = StringTransport()
    wire.write(transport, b"a frame")
    assert transport.value() == b"a frame"


# True: by the reactor, as daphne writes; False: by the wire
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9000), st.booleans())))
def test_every_byte_arrives_once_and_in_order(writes):
    pair, received, sent = Pair(), b"", b""
    try:
        for number, (slowly, length, turns) in enumerate(writes):
            data = bytes([number % 256]) * length
            sent += data
            pair.transport.write(data) if slowly else wire.write(pair.transport, data)
            if turns and (pair.transport.dataBuffer or pair.transport._tempDataBuffer):
                pair.turn()
                received += pair.received()
        assert received + pair.everything() == sent
    finally:
        pair.close()
