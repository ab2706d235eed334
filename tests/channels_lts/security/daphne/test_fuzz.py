"""
Requests, handshakes and frames that nobody has thought of, against a real daphne.
"""
import hypothesis.strategies as st
import pytest
import requests
import websocket
from hypothesis import HealthCheck, given, settings

from tests.conftest import need
from tests.support.waiting import wait_for

from ...layers.servers import REDIS, RedisServer
from ...layers.site import Site
from .raw import Raw, cost, resident_bytes
from .server import handshake, request

MIB = 2 ** 20
BESIDE = 0.3  # seconds that daphne may be busy with something else
BOUNDED = settings(max_examples=80, deadline=None,
                   suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

LATIN1 = st.characters(max_codepoint=255)
TEXT = st.text(LATIN1, max_size=30)
NAMES = st.one_of(TEXT, st.sampled_from([
    "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Connection", "Upgrade",
    "Expect", "Cookie", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "Daphne-Root-Path",
    "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions"]))
VALUES = st.one_of(TEXT, st.sampled_from([
    "0", "5", "999999999999", "chunked", "close", "websocket", "Upgrade", "100-continue", "a=b; c",
    "multipart/form-data; boundary=x", "http://[", "null", "permessage-deflate; a=\"", "13",
    "x" * 9000, ";" * 9000]))
HEADERS = st.lists(st.builds("{}: {}".format, NAMES, VALUES), max_size=8)
TARGETS = st.one_of(TEXT.map("/{}".format), st.sampled_from([
    "/", "*", "/%00%0a%zz", "http://example.org/", "//", "/?" + "a&" * 4000, "/\xff#?"]))
BODIES = st.one_of(st.binary(max_size=300), st.sampled_from([
    b"5\r\nhello\r\n0\r\n\r\n", b"fffffffffffffff\r\nx", b"1\r\nx\r\n" * 500, b"-1\r\n",
    b'--x\r\nContent-Disposition: form-data; name="' + b";" * 5000, b"GET / HTTP/1.1\r\n\r\n"]))
MESSAGES = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda make, target, headers, body: make(target, *headers) + body,
              st.sampled_from([request, handshake]), TARGETS, HEADERS, BODIES))
FRAMES = st.lists(st.one_of(st.binary(max_size=200), st.builds(
    lambda opcode, fin, data, mask: websocket.ABNF(fin, 0, 0, 0, opcode, mask, data).format(),
    st.sampled_from([0, 1, 2, 8, 9, 10]), st.integers(0, 1),
    st.binary(max_size=100), st.just(1))), max_size=10).map(b"".join)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    need(REDIS, "redis-server isn't installed")
    folder = tmp_path_factory.mktemp("fuzz")
    redis = RedisServer(folder, "--save", "").start()
    site = Site(folder, redis, engine={
        "HEADER_SECONDS": 1, "BODY_SECONDS": 1, "BODY_RATE": 10 * MIB})
    yield site.start()
    site.stop()
    redis.kill()


def plain(site):
    assert requests.get("http://127.0.0.1:%d/" % site.port, timeout=20).status_code == 200


@pytest.fixture(scope="module")
def usual(site):
    """What a plain request costs daphne, in seconds of CPU."""
    return cost(site.daphne.pid, lambda: [plain(site) for _ in range(100)]) / 100


def is_unharmed(site):
    plain(site)
    assert site.daphne.poll() is None
    assert site.worker.thread.is_alive()
    assert "Traceback" not in site.log()
    return True


@BOUNDED
@given(data=st.lists(MESSAGES, min_size=1, max_size=5))
def test_no_bytes_of_a_connection_harm_daphne(site, usual, data):
    def send():
        with Raw(site.port) as raw:
            for each in data:
                raw.send(each)
        plain(site)  # so that daphne has done with it
    assert cost(site.daphne.pid, send) < 20 * len(data) * usual + BESIDE
    assert is_unharmed(site)


@BOUNDED
@given(data=FRAMES)
def test_no_frames_of_a_socket_harm_daphne(site, usual, data):
    def send():
        opened = websocket.create_connection("ws://127.0.0.1:%d/" % site.port, timeout=20)
        try:
            opened.sock.sendall(data)
        except OSError:
            pass
        opened.shutdown()
        plain(site)
    assert cost(site.daphne.pid, send) < 50 * usual + BESIDE
    assert is_unharmed(site)


def test_memory_comes_back(site):
    plain(site)
    before = resident_bytes(site.daphne.pid)
    held = [Raw(site.port) for _ in range(50)]
    for number, raw in enumerate(held):
        raw.send(request("/", "Content-Length: %d" % MIB, method="POST") + b"x" * (MIB // 2))
        if number % 2:
            raw.socket.close()
    wait_for(lambda: "BODY_SECONDS" in site.log(), what="an end of what trickles")
    for raw in held:
        raw.socket.close()
    wait_for(lambda: resident_bytes(site.daphne.pid) < before + 20 * MIB, seconds=20,
             what="memory that comes back")
    assert is_unharmed(site)
