"""
The development server, which a network may see too, has the guards of a deployment.
"""
import socket

import pytest

from .deployment import CommandLine, running
from .layered import MemoryDeployment


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = MemoryDeployment(tmp_path_factory.mktemp("runserver"))
    site.process_class = CommandLine
    with running(site):
        yield site


def ask(site, head):
    """The status line of the answer to a head without a body."""
    with socket.create_connection(("127.0.0.1", site.port), 20) as connection:
        connection.sendall(head.encode("latin1"))
        return connection.makefile("rb").readline().decode("ascii")


@pytest.mark.parametrize("head, status", [
    ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n", 413),  # daphne's
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n", 400),
    ("GET /?search=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % ("a+" * 11), 400),  # the worker's
    ("GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 200),
])
def test_the_development_server_refuses_what_a_deployment_does(site, head, status):
    assert ask(site, head).split()[1] == str(status)
