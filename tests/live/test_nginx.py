"""
The nginx of docs/security.md in front of the deployment, with TLS.
"""
import os
import re
import shutil
import ssl

import pytest
import requests
import websocket

from tests.channels_lts.layers import certificate
from tests.conftest import need
from tests.support.ports import free_port
from tests.support.waiting import wait_for

from .deployment import ROOT, Deployment, Process, running

AROUND = """
daemon off; pid %(folder)s/nginx.pid; error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy;
    fastcgi_temp_path %(folder)s/fastcgi; uwsgi_temp_path %(folder)s/uwsgi;
    scgi_temp_path %(folder)s/scgi;
    %(servers)s
}
"""


def documented(port, daphne, key, chain):
    """The block in the docs, for these ports and files."""
    with open(os.path.join(ROOT, "docs", "security.md"), encoding="utf8") as page:
        servers = re.search(r"```nginx\n(.*?)```", page.read(), re.DOTALL).group(1)
    for before, after in (
            ("listen 80;", "listen 127.0.0.1:%d;" % free_port()),
            ("listen 443 ", "listen 127.0.0.1:%d " % port),
            ("workshop.example.org", "127.0.0.1"), ("/etc/ssl/workshop.pem", str(chain)),
            ("/etc/ssl/workshop.key", str(key)), ("127.0.0.1:8000", "127.0.0.1:%d" % daphne),
            ("Host $host;", "Host $http_host;")):  # as it says, where the port isn't 443
        assert before in servers
        servers = servers.replace(before, after)
    return servers


@pytest.fixture(scope="module")
def origin(tmp_path_factory, redis_url):
    need(shutil.which("nginx"), "nginx is not on the PATH")
    folder = tmp_path_factory.mktemp("nginx")
    deployment = Deployment(str(folder), redis_url, workers=1, HTTPS="1", OPEN_ACCESS="0")
    deployment.daphne_options = ["--proxy-headers"]
    with running(deployment):
        port = free_port()
        config = folder / "nginx.conf"
        config.write_text(AROUND % {"folder": folder, "servers": documented(
            port, deployment.port, *certificate.write(folder))})
        nginx = Process("nginx", ["nginx", "-c", str(config), "-e", "stderr"], None, folder)
        try:
            url = "https://127.0.0.1:%d" % port
            wait_for(lambda: answers(url), what=nginx.text)
            yield url
        finally:
            nginx.stop()


def answers(url):
    try:
        return visitor().get(url + "/healthz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def visitor():
    session = requests.Session()
    session.verify = session.trust_env = False
    return session


def socket_status(url, origin, *headers):
    try:
        websocket.create_connection(
            url.replace("https:", "wss:") + "/updates/links/", origin=origin, timeout=15,
            header=list(headers), sslopt={"cert_reqs": ssl.CERT_NONE}).close()
    except websocket.WebSocketBadStatusException as refusal:
        return refusal.status_code
    return 101


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_page_and_its_login_are_secure(origin):
    session = visitor()
    page = session.get(origin + "/accounts/login/", timeout=20)
    assert page.headers["Strict-Transport-Security"]
    form = {"username": "admin", "password": "admin",
            "csrfmiddlewaretoken": session.cookies["csrftoken"]}
    of_http = session.post(origin + "/accounts/login/", form, timeout=20, allow_redirects=False,
                           headers={"Referer": origin.replace("https:", "http:") + "/"})
    assert of_http.status_code == 403
    answer = session.post(origin + "/accounts/login/", form, timeout=20, allow_redirects=False,
                          headers={"Referer": origin + "/accounts/login/"})
    assert answer.status_code == 302
    assert "sessionid" in session.cookies and all(each.secure for each in session.cookies)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("said", [(), ("X-Forwarded-Proto: http",)], ids=["", "client says http"])
def test_sockets_open_from_the_same_origin_only(origin, said):
    assert socket_status(origin, origin, *said) == 101
    assert socket_status(origin, origin.replace("https:", "http:"), *said) == 403
    assert socket_status(origin, origin.rpartition(":")[0], *said) == 403


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_what_a_client_says_of_its_address_brings_no_new_limit(origin):
    def status(number):
        session = visitor()
        session.get(origin + "/accounts/login/", timeout=20)
        return session.post(origin + "/accounts/login/", {
            "username": "nobody%d" % number, "password": "x",
            "csrfmiddlewaretoken": session.cookies["csrftoken"]}, timeout=20, headers={
                "Referer": origin + "/accounts/login/",
                "X-Forwarded-For": "203.0.113.%d" % number}).status_code
    assert [status(number) for number in range(31)][-2:] == [200, 429]
