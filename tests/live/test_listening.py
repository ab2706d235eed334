"""
daphne on ports that are free or taken.
"""
import os
import socket
import ssl
import subprocess
import sys

import pytest

from ..channels_lts.layers import certificate
from ..channels_lts.layers.site import ROOT
from ..support.ports import free_port
from ..support.waiting import wait_for


@pytest.fixture
def taken():
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


@pytest.fixture
def start(tmp_path):
    """Starts daphne with some options; returns the process. Its output is in `tmp_path`/log."""
    running = []

    def begin(*options):
        with (tmp_path / "log").open("wb") as log:
            running.append(subprocess.Popen(
                [os.path.join(os.path.dirname(sys.executable), "daphne")] + list(options)
                + ["workshop.asgi:channel_layer"],
                cwd=ROOT, env=dict(os.environ, DJANGO_SETTINGS_MODULE="workshop.settings",
                                   DEBUG="1", REDIS_URL="", REDIS_SENTINELS="", CHANNEL_LAYER=""),
                stdout=log, stderr=subprocess.STDOUT))
        return running[-1]
    yield begin
    for each in running:
        if each.poll() is None:
            each.terminate()
        each.wait(60)


def answers(daphne, family, address, wrapped=lambda probe: probe, hello=b""):
    """Waits until daphne, on its reactor and by itself, says what it thinks of nonsense."""
    def answer():
        assert daphne.poll() is None
        with wrapped(socket.socket(family)) as probe:
            probe.settimeout(10)
            try:
                probe.connect(address)
                probe.sendall(hello + b"nonsense\r\n\r\n")
                return probe.recv(100)
            except (ConnectionError, FileNotFoundError):  # not yet
                return None
    return wait_for(answer, what="a daphne that answers")


def unchecked(probe):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(probe)


def test_a_daphne_that_can_not_listen_ends_with_the_reason(start, taken, tmp_path):
    assert start("-b", "127.0.0.1", "-p", str(taken)).wait(90) == 1
    log = (tmp_path / "log").read_text()
    assert "Address already in use" in log and "isn't listening anywhere, so it exits" in log
    assert "Traceback" not in log


def test_a_daphne_of_the_site_does_not_run_under_a_prefix(start, tmp_path):
    assert start("-b", "127.0.0.1", "-p", str(free_port()), "--root-path", "/site").wait(90) == 1
    assert "must live at /" in (tmp_path / "log").read_text()


def test_it_goes_on_with_what_it_could_get(start, taken):
    port = free_port()
    daphne = start("-e", "tcp:port=%d:interface=127.0.0.1" % taken,
                   "-e", "tcp:port=%d:interface=127.0.0.1" % port)
    assert answers(daphne, socket.AF_INET, ("127.0.0.1", port)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("kind, hello", [
    ("ssl", b""), ("haproxy:ssl", b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n")])
def test_it_listens_with_tls(start, tmp_path, kind, hello):
    port = free_port()
    daphne = start("-e", "%s:%d:interface=127.0.0.1:privateKey=%s:certKey=%s" % (
        (kind, port) + certificate.write(tmp_path)))
    assert answers(daphne, socket.AF_INET, ("127.0.0.1", port), unchecked, hello).startswith(
        b"HTTP/1.1 400")


def test_it_listens_on_a_unix_socket(start, tmp_path):
    path = str(tmp_path / "s")
    assert answers(start("-u", path), socket.AF_UNIX, path).startswith(b"HTTP/1.1 400")
