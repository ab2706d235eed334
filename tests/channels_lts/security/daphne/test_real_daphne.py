"""
A real daphne, guarded by our layer and by `install` under a stock one.
"""
import pytest
import requests

from channels_lts.security.daphne.channel import GuardedChannel
from tests.support.waiting import wait_for

from ...layers import certificate
from ...layers.site import Site, StockLayer
from .raw import Raw, cost, peak_bytes, resident_bytes
from .server import handshake, request

MIB = 2 ** 20


@pytest.fixture(params=["ours", "stock"])
def site(request, tmp_path, new_redis):
    site = Site(tmp_path, new_redis("--save", ""), engine={
        "MAX_BODY": MIB, "HEADER_SECONDS": 1, "BODY_SECONDS": 1, "BODY_RATE": 10 ** 6,
        "RESPONSE_HEADERS": {"Referrer-Policy": "same-origin"}})
    if request.param == "stock":
        site.daphne_class, site.layer_class = "asgi_redis.RedisChannelLayer", StockLayer
    else:
        site.config["max_body"] = MIB
    yield site.start()
    site.stop()


def url(site):
    return "http://127.0.0.1:%d/" % site.port


def test_what_is_refused_is_bounded_and_the_client_reads_why(site):
    before = resident_bytes(site.daphne.pid)
    answer = requests.post(url(site), data=b"x" * 20 * MIB, timeout=20)
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (413, "same-origin")

    def endless():
        while True:
            yield b"x" * MIB
    try:
        assert requests.post(url(site), data=endless(), timeout=20).status_code == 413
    except requests.ConnectionError:
        pass  # it hasn't looked for an answer before the connection was reset
    with Raw(site.port) as raw:
        raw.send(request("/", "Content-Length: %d" % (300 * MIB), method="POST"))
        buffers = 16 * MIB  # of the system, on both sides
        assert raw.send(b"x" * (300 * MIB)) < GuardedChannel.linger_bytes + buffers
    assert peak_bytes(site.daphne.pid) < before + 8 * MIB
    assert site.page_status() == 200
    assert "MAX_BODY" in site.log()


def test_requests_and_bodies_that_trickle_are_ended(site):
    for start in (b"GET / HTTP/1.1\r\nX:", request("/", "Content-Length: 9", method="POST"),
                  request("/", "Transfer-Encoding: chunked", method="POST") + b"9\r\n"):
        with Raw(site.port) as raw:
            raw.send(start)
            assert raw.status() == 408
    assert site.page_status(method="POST", data=b"x" * MIB) == 200


def test_a_body_costs_its_size_whatever_is_in_it(site):
    size = 200000
    quadratic = b'--x\r\nContent-Disposition: form-data; name="' + b";" * size
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    def post(body):
        return lambda: [requests.post(url(site), data=body, headers=headers, timeout=30)
                        for _ in range(5)]
    plain = cost(site.daphne.pid, post(b"x" * len(quadratic)))
    assert cost(site.daphne.pid, post(quadratic)) < 5 * max(plain, 0.1)


def test_a_handshake_that_no_worker_answers_is_answered_all_the_same(new_limited_site):
    site = new_limited_site()
    site.stop_worker()
    assert site.connect_status() == 503  # after daphne's 5 seconds, and not cut off by autobahn's


def test_pipelined_requests_and_sockets_are_kept_apart(site):
    with Raw(site.port) as raw:
        raw.send(request("/1") + request("/2") + request("/3", "Connection: close"))
        received = b"".join(iter(raw.read, b""))
    assert received.count(b"HTTP/1.1 200") == received.count(b"a page") == 3
    with Raw(site.port) as raw:
        raw.send(handshake() + request("/x"))
        assert b"a page" not in b"".join(iter(raw.read, b""))
    assert site.connect_status() == 101


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_over_tls_it_is_the_same(site, tmp_path):
    site.stop_daphne()
    site.certificate = certificate.write(tmp_path)
    site.start_daphne()
    wait_for(site.is_listening, what="a daphne that speaks TLS")
    opened = site.connect()
    opened.send("hello")
    assert opened.recv() == "echo hello"
    answer = requests.post("https://127.0.0.1:%d/" % site.port, data=b"x" * (2 * MIB),
                           verify=False, timeout=20)
    assert answer.status_code == 413
