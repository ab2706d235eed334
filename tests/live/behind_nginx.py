"""
deploy/nginx as it is, on the ports and with the files of a test.
"""
import http.client
import http.server
import json
import os
import shutil
import ssl
import threading

from tests.support import ROOT

from ..support.ports import free_port
from .deployment import Process

SHIPPED = os.path.join(ROOT, "deploy", "nginx")
LOAD_BALANCER = "127.0.0.9"  # as in trusted.conf here


class Nginx(object):
    """
    The configuration for two daphnes, with tls.conf at the addresses `tls` and `redirect`, and
    plain.conf at `plain`: (host, port). nginx's own static files are in `static`.
    """

    def __init__(self, folder, daphnes, key, certificate):
        self.folder = folder
        self.static = folder / "static"
        self.static.mkdir()
        self.tls, self.redirect, self.plain = (("localhost", free_port()) for _ in range(3))
        self._write(self._changes(daphnes, key, certificate))
        self.process = None

    def _changes(self, daphnes, key, certificate):
        """{file: [(what it says, what it says here)]}"""
        return {
            "upstream.conf": [("127.0.0.1:8000", "127.0.0.1:%d" % daphnes[0]),
                              ("127.0.0.1:8001", "127.0.0.1:%d" % daphnes[1])],
            "trusted.conf": [("# 10.0.0.0/8 1;", LOAD_BALANCER + " 1;"),
                             ("# set_real_ip_from 10.0.0.0/8;",
                              "set_real_ip_from %s;" % LOAD_BALANCER)],
            "locations.conf": [("/srv/workshop/staticfiles/", "%s/" % self.static)],
            "tls.conf": [("listen 443", "listen 127.0.0.1:%d" % self.tls[1]),
                         ("listen 80", "listen 127.0.0.1:%d" % self.redirect[1]),
                         ("workshop.example.org", self.tls[0]),
                         ("/etc/ssl/workshop.pem", str(certificate)),
                         ("/etc/ssl/workshop.key", str(key))],
            "plain.conf": [("listen 8080", "listen 127.0.0.1:%d" % self.plain[1])],
        }

    def _write(self, changes):
        included = self.folder / "workshop"
        shutil.copytree(SHIPPED, str(included))
        (included / "nginx.conf").rename(self.folder / "nginx.conf")
        for name, texts in changes.items():
            said = (included / name).read_text()
            for before, after in texts:
                assert before in said, (name, before)
                said = said.replace(before, after)
            (included / name).write_text(said)
        (self.folder / "server.conf").write_text(
            "include workshop/tls.conf; include workshop/plain.conf;")

    def command(self, *options):
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"),
                "-e", "stderr"] + list(options)

    def start(self):
        # Root's test folders are closed to the user that root's nginx would switch to.
        user = "user root;" if os.geteuid() == 0 else ""
        self.process = Process(
            "nginx", self.command("-g", "daemon off;" + user), None, self.folder)

    def stop(self):
        if self.process:
            self.process.stop()


class Answer(object):
    """`status`, `headers`, and `body` in bytes."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()


def ask(address, path, method="GET", headers=(), body=None, source=None):
    """
    The Answer to one request, at (host, port): its own connection, from the address `source`.
    `headers`: pairs, sent as they are. By TLS unless `source` is given.
    """
    connection = (http.client.HTTPConnection(*address, timeout=20, source_address=(source, 0))
                  if source else
                  http.client.HTTPSConnection(*address, timeout=20, context=unverified()))
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def unverified():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Stub(http.server.ThreadingHTTPServer):
    """In a daphne's place: answers `status`, with the headers that it got, and keeps a list."""

    def __init__(self, port, status):
        super().__init__(("127.0.0.1", port), StubHandler)
        self.status = status
        self.asked = []  # (method, path)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.shutdown()
        self.server_close()


class StubHandler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append((self.command, self.path))
        body = json.dumps(self.headers.items()).encode()
        self.send_response(self.server.status)
        self.send_header("X-Stub", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args):
        """Nothing."""
