"""
The site on shared memory: workers and daphne are killed in the middle of work, and it goes on.
"""
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from subprocess import CalledProcessError

import pytest
import requests

from ..support.waiting import wait_for
from .deployment import DAPHNE, Process, running
from .layered import IPCDeployment
from .sockets import LiveSocket


@pytest.fixture
def site(tmp_path):
    site = IPCDeployment(tmp_path, workers=2)
    # Far longer than a page takes on a busy machine, since each slower one is a 503.
    site.daphne_options = ["--http-timeout", "30"]
    with running(site):
        yield site


def test_killed_workers_lock_nobody_out(site):
    socket = LiveSocket(site, "/echo/")
    threads = ThreadPoolExecutor(16)
    for _ in range(3):
        pages = [threads.submit(requests.get, site.url + "/links/", timeout=90)
                 for _ in range(12)]
        wait_for(lambda: any(page.done() for page in pages), what="busy workers")
        site.workers.pop().kill()
        site.start_workers()
        # What the killed one had in hand ends at daphne's timeout: nobody waits for that.
        wait_for(lambda: sum(page.done() for page in pages) >= 11, seconds=60, what="the others")
        assert {page.result().status_code for page in pages if page.done()} <= {200, 503}
        socket.socket.send("still here")
        assert socket.socket.recv() == "still here"
    threads.shutdown(wait=False)
    socket.close()


def test_a_killed_daphne_comes_back_and_its_sockets_leave_the_groups(site):
    layer = site.layer()

    def friends():
        return layer.group_channels("friends")
    lost = LiveSocket(site, "/echo/")
    wait_for(friends, what="a member of the group")
    site.daphne.kill()
    lost.socket.shutdown()  # to close it would be to write to it
    site.start_daphne()
    wait_for(site.is_healthy, seconds=30, what="a healthy site")
    socket = LiveSocket(site, "/echo/")
    socket.socket.send("hello")
    assert socket.socket.recv() == "hello"
    wait_for(lambda: len(friends()) == 1, seconds=60, what="the end of the lost socket")
    socket.socket.send("still here")
    assert socket.socket.recv() == "still here"
    socket.close()


def test_a_large_upload_is_refused_and_the_site_goes_on(site):
    answer = requests.post(site.url + "/links/", data=b"x" * 2 ** 21, timeout=30)
    assert answer.status_code == 503
    assert site.is_healthy()
    assert "larger than 1048576 bytes (max_message)" in site.daphne.text()


def test_workers_stop_in_order(site):
    site.workers[0].child.send_signal(signal.SIGTERM)
    assert site.workers[0].child.wait(15) == 0


@pytest.mark.parametrize("what, command", [
    ("messages", [DAPHNE, "-p", "0", "workshop.asgi:channel_layer"]),
    ("messages", [sys.executable, "manage.py", "runworker"]),
    ("messages", [sys.executable, "manage.py", "rundelay"]),
    ("presence", [sys.executable, "manage.py", "runworker"]),
])
def test_memory_that_others_may_write_to_ends_the_start_with_one_line(tmp_path, what, command):
    site = IPCDeployment(tmp_path)
    path = "/dev/shm/%s-%s" % (site.site, what)
    try:
        with open(path, "wb"):
            os.chmod(path, 0o666)
        ended = Process("refused", command, site.environment, tmp_path)
        assert ended.child.wait(60) == 1
    finally:
        site.stop()
    assert "Traceback" not in ended.text()
    assert ended.text().splitlines()[-1].endswith(
        "The shared memory /%s-%s isn't this user's alone: stop the site's processes and remove %s"
        % (site.site, what, path))


def test_the_statistics_say_in_one_line_that_there_are_none(site):
    with pytest.raises(CalledProcessError) as refused:
        site.manage("layer_stats")
    assert refused.value.returncode == 1
    assert refused.value.output == (
        "CommandError: This channel layer keeps no statistics: set BACKEND in "
        "CHANNEL_LAYERS to one of channels_lts.layers.redis\n")
