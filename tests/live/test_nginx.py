"""
deploy/nginx in front of two daphnes, in the real nginx.
"""
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections import Counter

import pytest
import requests
import websocket
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from tests.channels_lts.layers import certificate
from tests.conftest import need
from tests.support.ports import free_port
from tests.support.waiting import wait_for

from .behind_nginx import LOAD_BALANCER, Nginx, Stub, ask, unverified
from .deployment import DAPHNE, Deployment, Process, running

pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
SOCKET = "/updates/links/"


class Site(object):
    """A deployment with HTTPS=1 behind nginx; a test may have a second daphne at `second_port`."""

    def __init__(self, deployment, nginx, second_port):
        self.deployment = deployment
        self.nginx = nginx
        self.second_port = second_port
        self.origin = "https://%s:%d" % nginx.tls

    def get(self, path, **options):
        return ask(self.nginx.tls, path, **options)

    def is_served(self):
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def seen(self, **request):
        """The headers that come to a stub, whose turn may be the next but one."""
        request = dict({"address": self.nginx.tls, "path": "/"}, **request)
        for _ in range(10):
            answer = ask(**request)
            if "X-Stub" in answer.headers:
                return json.loads(answer.body.decode())
        raise AssertionError("the stub was never asked")

    def open(self, origin=None, *headers):
        return websocket.create_connection(
            self.origin.replace("https:", "wss:") + SOCKET, origin=origin or self.origin,
            timeout=15, header=list(headers), sslopt={"cert_reqs": ssl.CERT_NONE})

    def handshake(self, *arguments):
        """The status of one."""
        try:
            self.open(*arguments).close()
        except websocket.WebSocketBadStatusException as refusal:
            return refusal.status_code
        return 101


def is_open(port):
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


def close_code(socket):
    """The code that a socket was closed with; None: it is open."""
    socket.ping("there?")
    while True:
        frame = socket.recv_frame()
        if frame.opcode == websocket.ABNF.OPCODE_PONG:
            return None
        if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(frame.data[:2], "big")


@pytest.fixture(scope="module")
def site(tmp_path_factory, redis_url):
    need(shutil.which("nginx"), "nginx is not on the PATH")
    folder = tmp_path_factory.mktemp("nginx")
    deployment = Deployment(str(folder), redis_url, workers=1, HTTPS="1", OPEN_ACCESS="0",
                            ALLOWED_HOSTS="127.0.0.1,localhost", DRAIN_SPREAD="1")
    deployment.daphne_options = ["--proxy-headers", "--access-log", "-"]
    second_port = free_port()
    nginx = Nginx(folder, (deployment.port, second_port), *certificate.write(folder))
    site = Site(deployment, nginx, second_port)
    with running(deployment):
        try:
            nginx.start()
            wait_for(site.is_served, what=nginx.process.text)
            yield site
        finally:
            nginx.stop()


@pytest.fixture
def second(site):
    """A second daphne, as the first one is."""
    process = Process(
        "daphne2", [DAPHNE, "-b", "127.0.0.1", "-p", str(site.second_port)] +
        site.deployment.daphne_options + ["workshop.asgi:channel_layer"],
        site.deployment.environment, site.deployment.folder)
    try:
        wait_for(lambda: is_open(site.second_port), what=process.text)
        yield process
    finally:
        process.kill()


def test_nginx_finds_nothing_to_say_of_it(site):
    said = subprocess.run(site.nginx.command("-t"), stderr=subprocess.PIPE, check=True,
                          universal_newlines=True).stderr
    assert "[" not in said  # the levels of what it logs: [warn], [alert]


# Who is asked

def test_what_one_daphne_refuses_the_other_is_asked_for_unless_it_may_not_be_repeated(site):
    with Stub(site.second_port, status=503) as stub:
        assert {site.get("/healthz").status for _ in range(4)} == {200}
        assert {site.handshake() for _ in range(4)} == {101}
        assert {path for _, path in stub.asked} == {"/healthz", SOCKET}
        del stub.asked[:]
        posts = [site.get("/accounts/login/", method="POST", body=b"").status for _ in range(6)]
    assert posts.count(503) == len(stub.asked) > 0
    assert set(posts) == {403, 503}  # without a token


def test_nobody_notices_the_end_of_one_daphne(site, second):
    sockets = [site.open() for _ in range(4)]
    wait_for(lambda: second.text().count("WSCONNECT " + SOCKET) == 2, what=second.text)
    second.child.terminate()
    answers = set()
    while second.child.poll() is None:
        answers |= {site.get("/healthz").status, site.handshake(),
                    site.get("/", method="POST", body=b"").status}
    assert answers <= {200, 101, 403}  # a POST without a token
    assert Counter(map(close_code, sockets)) == {None: 2, 1012: 2}
    assert {site.get("/", method="POST", body=b"").status for _ in range(4)} == {403}
    assert [site.handshake() for _ in range(4)] == [101] * 4
    for each in sockets:
        each.close()


def test_without_any_daphne_it_is_said_when_to_come_back(site):
    site.deployment.daphne.stop()
    try:
        answer = site.get("/healthz")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    finally:
        site.deployment.start_daphne()
        wait_for(site.is_served, what=site.deployment.daphne.text)


# What of a request comes through

@pytest.fixture
def seen(site):
    """Site.seen, with a stub in the second daphne's place."""
    with Stub(site.second_port, status=200):
        yield site.seen


def test_no_header_says_what_nginx_alone_knows(site, seen):
    invented = [(name, "203.0.113.9") for name in (
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix",
        "X-Forwarded-Server", "X-Real-IP", "Forwarded", "Daphne-Root-Path", "Proxy",
        "Proxy-Connection", "Trailer", "TE", "Keep-Alive", "X_Forwarded_For", "X-Request-ID")]
    got = seen(headers=[
        ("X-Forwarded-Proto", "http"), ("Connection", "X-Kept"), ("X-Kept", "1")] + invented)
    assert "203.0.113.9" not in dict(got).values()
    request_id = dict(got).pop("X-Request-ID")
    assert re.match("^[0-9a-f]{32}$", request_id)
    assert {name: value for name, value in got if name != "X-Request-ID"} == {
        "Host": "%s:%d" % site.nginx.tls, "Connection": "close", "X-Kept": "1",
        "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}


def test_nothing_but_websocket_is_upgraded_to(seen):
    for asked, passed in (("websocket", ("websocket", "upgrade")), ("h2c", (None, "close"))):
        got = dict(seen(headers=[("Upgrade", asked), ("Connection", "Upgrade")]))
        assert (got.get("Upgrade"), got["Connection"]) == passed


@pytest.mark.parametrize("source, address, scheme", [
    (LOAD_BALANCER, "198.51.100.7", "https"), ("127.0.0.1", "127.0.0.1", "http")])
def test_a_trusted_proxy_is_believed_and_nobody_else(site, seen, source, address, scheme):
    got = dict(seen(address=site.nginx.plain, source=source, headers=[
        ("X-Forwarded-For", "203.0.113.9, 198.51.100.7"), ("X-Forwarded-Proto", "https")]))
    assert (got["X-Forwarded-For"], got["X-Forwarded-Proto"]) == (address, scheme)


def test_the_site_knows_the_visitors_address_and_scheme(site):
    def login_page(source):
        return ask(site.nginx.plain, "/accounts/login/", source=source, headers=[
            ("X-Forwarded-For", "198.51.100.8"), ("X-Forwarded-Proto", "https")])
    assert login_page("127.0.0.1").status == 301  # by http
    assert "198.51.100.8" not in site.deployment.daphne.text()
    assert login_page(LOAD_BALANCER).status == 200
    wait_for(lambda: "198.51.100.8" in site.deployment.daphne.text(), what="a line of the log")


# Limits

@pytest.mark.parametrize("headers, status", [
    ([("X-Long", "x" * 15000)], 200),
    ([("X-Long", "x" * 17000)], 400),  # nginx's own
    ([("X-Long-%d" % number, "x" * 6000) for number in range(3)], 431),  # daphne's
])
def test_headers_are_as_long_as_daphne_takes_them(site, headers, status):
    assert site.get("/healthz", headers=headers).status == status


def test_a_body_that_is_too_large_is_refused_before_it_is_read(site):
    answer = site.get("/accounts/login/", method="POST",
                      headers=[("Content-Length", str(16 * 2 ** 20 + 1))])
    assert answer.status == 413
    assert site.get("/accounts/login/", method="POST", body=b"x" * 2 ** 20).status == 403


# TLS

def test_a_page_and_its_login_are_secure(site):
    session = requests.Session()
    session.verify = session.trust_env = False
    url = site.origin + "/accounts/login/"
    page = session.get(url, timeout=20)
    assert page.headers["Strict-Transport-Security"]
    form = {"username": "admin", "password": "admin",
            "csrfmiddlewaretoken": session.cookies["csrftoken"]}
    of_http = session.post(url, form, timeout=20, allow_redirects=False,
                           headers={"Referer": url.replace("https:", "http:")})
    assert of_http.status_code == 403
    answer = session.post(url, form, timeout=20, allow_redirects=False, headers={"Referer": url})
    assert answer.status_code == 302
    assert "sessionid" in session.cookies and all(each.secure for each in session.cookies)


@pytest.mark.parametrize("said", [(), ("X-Forwarded-Proto: http",)], ids=["", "client says http"])
def test_sockets_open_from_the_same_origin_only(site, said):
    assert site.handshake(None, *said) == 101
    assert site.handshake(site.origin.replace("https:", "http:"), *said) == 403
    assert site.handshake(site.origin.rpartition(":")[0], *said) == 403


def test_what_is_asked_by_http_is_sent_to_https(site):
    answer = ask(site.nginx.redirect, "/links/?q=1", source="127.0.0.1")
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/links/?q=1")


def test_other_names_get_no_page(site):
    other = ask(site.nginx.redirect, "/", source="127.0.0.1", headers=[("Host", "x.example")])
    assert other.status == 400  # two of them
    with socket.create_connection(site.nginx.tls) as connection:
        with pytest.raises(ssl.SSLError):
            unverified().wrap_socket(connection, server_hostname="x.example")


# Static files

@pytest.fixture
def hashed(site, settings):
    """Django's name for a style sheet in nginx's folder, beside its gzip."""
    settings.DEBUG = False
    storage = CompressedManifestStaticFilesStorage(str(site.nginx.static), "/static/")
    storage.save("a.css", ContentFile(b"body { margin: 0; padding: 0 }\n" * 50))
    list(storage.post_process({"a.css": (storage, "a.css")}))
    return storage.url("a.css")


def test_static_files_come_from_nginx_packed_and_for_ever(site, hashed):
    assert re.match(r"^/static/a\.[0-9a-f]{12}\.css$", hashed)
    packed = site.get(hashed, headers=[("Accept-Encoding", "gzip")])
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == "text/css"
    assert packed.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert packed.headers["Strict-Transport-Security"]
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    plain = site.get("/static/a.css")
    assert plain.headers["Content-Encoding"] is None and len(plain.body) > len(packed.body)
    assert plain.headers["Cache-Control"] == "max-age=60, public"


def test_a_file_that_nginx_has_not_comes_from_the_site(site):
    assert site.get("/static/bundles/LinksDetail.js").status == 200
    assert site.get("/static/none.css").status == 404


@pytest.mark.parametrize("path", ["/static../nginx.conf", "/static/%2e%2e/nginx.conf",
                                  "/static/..%2fnginx.conf"])
def test_nothing_beside_the_static_files_is_served(site, path):
    assert site.get(path).status in (400, 404)
    assert os.path.exists(str(site.nginx.static / ".." / "nginx.conf"))
