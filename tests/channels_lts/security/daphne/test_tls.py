"""
A real daphne that serves TLS itself, and clients that do little for it.
"""
import ssl

import pytest
from websocket import ABNF

from tests.channels_lts.layers import certificate
from tests.support.waiting import wait_for

from .browser import frame
from .raw import Raw
from .server import handshake, request


class HalfSecure(Raw):
    """A client that speaks TLS, but never says that it ends."""

    def __init__(self, port):
        super().__init__(port)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.tls = context.wrap_bio(self.incoming, self.outgoing)

    def hello(self):
        """What begins TLS, in bytes."""
        with pytest.raises(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.outgoing.read()

    def say(self, data):
        """Sends `data`, after the handshake of TLS if there was none; returns an answer."""
        self.repeat(self.tls.do_handshake)
        self.tls.write(data)
        return self.repeat(lambda: self.tls.read(2 ** 16))

    def repeat(self, call):
        while True:
            try:
                return call()
            except ssl.SSLWantReadError:
                self.send(self.outgoing.read())
                self.incoming.write(self.read())

    def is_ended(self):
        """Waits until the server has ended the connection, in whatever way."""
        self.socket.settimeout(15)
        try:
            while self.socket.recv(2 ** 16):
                pass
        except ConnectionError:
            pass
        return True


@pytest.fixture
def new_secure_site(new_limited_site, tmp_path):
    def start(**limits):
        site = new_limited_site(**limits)
        site.stop_daphne()
        site.certificate = certificate.write(tmp_path)
        site.start_daphne()
        wait_for(site.is_listening, what="a daphne that speaks TLS")
        return site
    return start


@pytest.fixture
def secure_site(new_secure_site):
    return new_secure_site(HEADER_SECONDS=1, BODY_SECONDS=1)


@pytest.mark.parametrize("part", [slice(0), slice(50), slice(None)],
                         ids=["nothing", "half a hello", "a hello"])
def test_tls_that_does_not_begin_is_ended(secure_site, part):
    with HalfSecure(secure_site.port) as client:
        client.send(client.hello()[part])
        assert client.is_ended()
    assert "a TLS handshake takes longer than HEADER_SECONDS" in secure_site.log()


@pytest.mark.parametrize("sent", [
    request("/", "Connection: close"), handshake().replace(b"Version: 13", b"Version: 99")],
    ids=["a page", "a refused socket"])
def test_a_connection_ends_without_the_other_sides_word(secure_site, sent):
    with HalfSecure(secure_site.port) as client:
        assert client.say(sent).startswith(b"HTTP/1.1 ")
        assert client.is_ended()


def test_a_socket_ends_without_the_other_sides_word(secure_site):
    with HalfSecure(secure_site.port) as client:
        assert client.say(handshake()).startswith(b"HTTP/1.1 101 ")
        client.say(frame(ABNF.OPCODE_CLOSE, b"\x03\xe8"))
        assert client.is_ended()
    wait_for(lambda: ("websocket.disconnect", None) in secure_site.worker.seen,
             what="its disconnect")


def test_connections_that_have_not_begun_tls_count_for_their_address(new_secure_site):
    site = new_secure_site(MAX_CONNECTIONS_PER_ADDRESS=5)
    idle = [Raw(site.port) for _ in range(5)]
    with HalfSecure(site.port) as one_more:
        assert one_more.is_ended()
    assert "MAX_CONNECTIONS_PER_ADDRESS" in site.log()
    for each in idle:
        each.socket.close()
    wait_for(lambda: opens(site), what="room for one more")


def opens(site):
    try:
        site.connect()
    except OSError:
        return False
    return True
