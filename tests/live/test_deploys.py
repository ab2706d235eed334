"""
A deploy while people use the site: of the workers, and of daphne with a second one beside it.
"""
import contextlib
import signal
import socket
import time

import pytest
import requests
import websocket

from tests.support.waiting import in_thread, wait_for

from .deployment import Deployment, running
from .drain import second_daphne
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
    with second_daphne(site) as second:
        yield second


def status(site):
    try:
        return requests.get(site.url + "/healthz", timeout=15).status_code
    except requests.ConnectionError:
        return None


def last_word(opened):
    """The code and the reason of a socket's close, answered as a browser does."""
    while True:
        frame = opened.socket.recv_frame()
        if frame.opcode == 8:
            with contextlib.suppress(ConnectionError):  # daphne waits a second for it
                opened.socket.send_close(1012)
            return int.from_bytes(frame.data[:2], "big"), frame.data[2:]


def page(site, second, browser):
    """
    A page whose socket is at one daphne, and reconnects to the second when told to. Returns a
    function: what it was told, when, and its new socket.
    """
    first = LiveSocket(site, "/ws/chat/lobby/", browser)

    def come_back():
        told, at = last_word(first), time.monotonic()
        while True:
            with contextlib.suppress(websocket.WebSocketBadStatusException):  # 503: it is too busy
                return told, at, LiveSocket(second, "/ws/chat/lobby/", browser)
    return in_thread(come_back)


def is_listening(site):
    try:
        socket.create_connection(("127.0.0.1", site.port), timeout=15).close()
    except ConnectionRefusedError:
        return False
    return True


def users(window):
    window.say({"action": "who"})
    return window.frame_like(lambda frame: frame["type"] == "user_list")["users"]


def watch(window, seconds):
    """The frames that come within so many seconds."""
    found, until = [], time.monotonic() + seconds
    with contextlib.suppress(websocket.WebSocketTimeoutException):
        while True:
            found.append(window.frame(until - time.monotonic()))
    return found


def test_daphne_has_its_sockets_come_back_and_nobody_is_seen_to_go(site, second):
    people = browsers(site, NAMES)
    watcher = LiveSocket(second, "/ws/chat/lobby/", people[NAMES[0]])
    pages = [page(site, second, people[name]) for name in NAMES * 10]
    site.forget_limits()
    wait_for(lambda: users(watcher) == NAMES, what="a room with all of them")
    began = time.monotonic()
    site.daphne.child.send_signal(signal.SIGTERM)
    found = [come_back() for come_back in pages]
    assert {told for told, _, _ in found} == {(1012, b"spread=0")}
    assert max(at for _, at, _ in found) - began < SPREAD + 2
    assert site.daphne.child.wait(15) == 0
    # Longer than what people have to come back in; nobody here answers daphne's pings, though, and
    # after 50 seconds it ends such sockets.
    heard = watch(watcher, 20)
    assert not [frame for frame in heard if frame["type"] in ("user_leave", "user_join")]
    assert users(watcher) == NAMES
    for each in [watcher] + [back for _, _, back in found]:
        each.close()


def test_a_page_that_is_under_way_is_answered_and_no_new_one_is_taken(site):
    for worker in site.workers:
        worker.child.send_signal(signal.SIGSTOP)
    page = in_thread(requests.get, site.url + "/links/", timeout=15)
    wait_for(lambda: site.redis.keys("*http.request*"), what="a page under way")
    site.daphne.child.send_signal(signal.SIGTERM)
    wait_for(lambda: not is_listening(site), what="a daphne that listens no more")
    for worker in site.workers:
        worker.child.send_signal(signal.SIGCONT)
    answer = page()
    assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
    assert site.daphne.child.wait(15) == 0


class Use:
    """People who request pages continuously, and one who adds tags; each in a thread."""

    def __init__(self, site):
        self.site = site
        self.statuses, self.tags = [], []
        self.writer = browsers(site, ["writer"])["writer"]
        self.is_over = False
        self.threads = [in_thread(self.read), in_thread(self.write)]

    def read(self):
        while not self.is_over:
            self.statuses.append(status(self.site))

    def write(self):
        while not self.is_over:
            window = LiveSocket(self.site, "/updates/tags/", self.writer)
            self.tags.append("tag %d" % len(self.tags))
            window.say({"stream": "tags", "payload": {
                "action": "create", "data": {"name": self.tags[-1]}}})
            while names(window, 1) != self.tags[-1:]:
                pass
            window.close()

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread()


def names(window, count):
    """Of the next so many tags that it hears of."""
    frames = [window.frame_like(lambda frame: "data" in frame["payload"]) for _ in range(count)]
    return [frame["payload"]["data"]["name"] for frame in frames]


def replace(site, old):
    new, = site.start_listening(("worker", ["runworker"]))
    site.manage("layer_stats", "--wait-for", "%s.%d" % (socket.gethostname(), new.child.pid))
    old.stop()
    site.workers.remove(old)
    site.workers.append(new)


def test_a_deploy_of_all_workers_fails_no_page_and_loses_no_frame(site):
    windows = [LiveSocket(site, "/updates/tags/") for _ in range(50)]
    use = Use(site)
    site.manage("migrate")
    for old in list(site.workers):
        replace(site, old)
    use.end()
    assert len(use.statuses) > 20 and set(use.statuses) == {200}
    assert len(use.tags) > 5
    for window in windows:
        assert sorted(names(window, len(use.tags))) == sorted(use.tags)
        window.close()
