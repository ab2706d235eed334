"""
A deploy while people use the site: of the workers, and of daphne with a second one beside it.
"""
import signal
import socket
import time
from types import SimpleNamespace

import pytest
import requests
import websocket

from tests.support.ports import free_port
from tests.support.waiting import in_thread, wait_for

from .deployment import DAPHNE, Deployment, running
from .people import browsers, open_rooms
from .sockets import LiveSocket

SPREAD = 4
NAMES = ["person%d" % number for number in range(5)]


@pytest.fixture
def site(tmp_path, redis_url):
    with running(Deployment(tmp_path, redis_url, DRAIN_SPREAD=str(SPREAD), DRAIN_LIMIT="8",
                            RETURN_SPREAD="1")) as deployment:
        open_rooms(deployment, ["lobby"])
        yield deployment


@pytest.fixture
def second(site):
    """Another daphne of the same site, by its url."""
    port = free_port()
    process = site.process_class(
        "second", [DAPHNE, "-b", "127.0.0.1", "-p", str(port), "workshop.asgi:channel_layer"],
        site.environment, site.folder)
    other = SimpleNamespace(url="http://127.0.0.1:%d" % port)
    wait_for(lambda: status(other) == 200, seconds=60, what="a second daphne")
    yield other
    process.stop()


def status(site):
    try:
        return requests.get(site.url + "/healthz", timeout=15).status_code
    except requests.ConnectionError:
        return None


def last_word(opened):
    """The code and the reason of a socket's close, answered as a browser does; when it came."""
    while True:
        frame = opened.socket.recv_frame()
        if frame.opcode == 8:
            opened.socket.send_close(1012)
            return int.from_bytes(frame.data[:2], "big"), frame.data[2:], time.monotonic()


def users(window):
    window.say({"action": "who"})
    return window.frame_like(lambda frame: frame["type"] == "user_list")["users"]


def watch(window, seconds):
    """The frames that come within so many seconds."""
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        window.socket.settimeout(max(0.01, until - time.monotonic()))
        try:
            found.append(window.frame())
        except websocket.WebSocketTimeoutException:
            pass
    window.socket.settimeout(15)
    return found


def test_daphne_has_its_sockets_come_back_and_nobody_is_seen_to_go(site, second):
    people = browsers(site, NAMES)
    watcher = LiveSocket(second, "/ws/chat/lobby/", people[NAMES[0]])
    sockets = [LiveSocket(site, "/ws/chat/lobby/", people[name]) for name in NAMES * 10]
    wait_for(lambda: users(watcher) == NAMES, what="a room with all of them")
    began = time.monotonic()
    site.daphne.child.send_signal(signal.SIGTERM)
    closes = [in_thread(last_word, each) for each in sockets]
    found = [close() for close in closes]
    assert {each[:2] for each in found} == {(1012, b"spread=0")}
    assert max(at for _, _, at in found) - began < SPREAD + 2
    back = [LiveSocket(second, "/ws/chat/lobby/", people[name]) for name in NAMES * 10]
    assert site.daphne.child.wait(15) == 0
    heard = watch(watcher, 20)  # seconds: longer than what people have to come back in
    assert not [frame for frame in heard if frame["type"] in ("user_leave", "user_join")]
    assert users(watcher) == NAMES
    for each in back + [watcher]:
        each.close()


def test_a_page_that_is_under_way_is_answered_and_no_new_one_is_taken(site):
    for worker in site.workers:
        worker.child.send_signal(signal.SIGSTOP)
    page = in_thread(requests.get, site.url + "/links/", timeout=15)
    wait_for(lambda: site.redis.keys("*http.request*"), what="a page under way")
    site.daphne.child.send_signal(signal.SIGTERM)
    wait_for(lambda: status(site) is None, what="a daphne that listens no more")
    for worker in site.workers:
        worker.child.send_signal(signal.SIGCONT)
    answer = page()
    assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
    assert site.daphne.child.wait(15) == 0


def test_while_workers_are_replaced_one_by_one_every_page_is_answered(site):
    statuses, is_over = [], []

    def read():
        while not is_over:
            statuses.append(status(site))
    reading = in_thread(read)
    for old in list(site.workers):
        new, = site.start_listening(("worker", ["runworker"]))
        site.manage("layer_stats", "--wait-for", "%s.%d" % (socket.gethostname(), new.child.pid))
        old.stop()
        site.workers.remove(old)
        site.workers.append(new)
    is_over.append(True)
    reading()
    assert len(statuses) > 20 and set(statuses) == {200}
