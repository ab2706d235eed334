"""
    python -m tests.live.drain SOCKETS SECONDS

What the end of a daphne costs so many sockets of logged-in people at /users/, which are told to
come back within so many seconds (DRAIN_SPREAD), while a second daphne stands by. Needs
TEST_REDIS_URL, of a Redis that nothing else uses.
"""
import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import time
from collections import Counter
from types import SimpleNamespace

import requests
import websocket

from benchmarks import frames
from benchmarks.client.residents import Residents
from tests.support.ports import free_port
from tests.support.waiting import in_thread, wait_for

from .deployment import DAPHNE, Deployment, running
from .people import browsers
from .sockets import LiveSocket

PEOPLE = 400
OPENED_A_SECOND = 50  # before daphne ends


class People(Residents):
    """Sockets with the cookies of PEOPLE users, from many addresses: the limits count by them."""

    def __init__(self, port, path, count, cookies):
        super().__init__(port, path, count)
        self.cookies = cookies
        self.due = [(time.monotonic() + number / OPENED_A_SECOND, number)
                    for number in range(count)]

    def address_of(self, number):
        return "127.0.%d.%d" % (1 + number // 200, 1 + number % 200), 0

    def request_of(self, number):
        return frames.handshake(self.port, self.path, self.cookies[number % len(self.cookies)])

    def hear(self, resident, text):
        """Nothing: they are only there."""


class Others:
    """What goes on meanwhile, each in a thread of its own until `end`."""

    def __init__(self, site, second, people):
        self.site, self.second, self.people = site, second, people
        self.heard, self.pages = [], []
        self.is_over = False
        self.threads = [in_thread(each) for each in (
            self.step, self.forget_limits, self.watch, self.read, self.read)]

    def step(self):
        while not self.is_over:
            self.people.step()

    def forget_limits(self):
        while not self.is_over:
            self.site.forget_limits()
            time.sleep(0.5)

    def watch(self):
        """Who is seen to come and to go: told to an anonymous visitor of the second daphne."""
        watcher = LiveSocket(self.second, "/users/")
        while not self.is_over:
            with contextlib.suppress(websocket.WebSocketTimeoutException):
                self.heard.append(watcher.frame(1))

    def read(self):
        while not self.is_over:
            began = time.monotonic()
            status = requests.get(self.second.url + "/links/", timeout=30).status_code
            self.pages.append((status, time.monotonic() - began))

    def forget(self):
        del self.heard[:], self.pages[:]

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread()


@contextlib.contextmanager
def second_daphne(site):
    port = free_port()
    process = site.process_class(
        "second", [DAPHNE, "-b", "127.0.0.1", "-p", str(port), "workshop.asgi:channel_layer"],
        site.environment, site.folder)
    second = SimpleNamespace(url="http://127.0.0.1:%d" % port, port=port)
    try:
        wait_for(lambda: is_healthy(second), seconds=60, what="a second daphne")
        yield second
    finally:
        process.stop()


def is_healthy(site):
    try:
        return requests.get(site.url + "/healthz", timeout=15).status_code == 200
    except requests.ConnectionError:
        return False


def measure(site, second, count):
    names = ["person%d" % each for each in range(PEOPLE)]
    cookies = ["sessionid=" + browser.session.cookies["sessionid"]
               for browser in browsers(site, names).values()]
    people = People(site.port, "/users/", count, cookies)
    others = Others(site, second, people)
    try:
        wait_for(people.are_open, seconds=30 + 3 * count / OPENED_A_SECOND, what="all sockets")
        time.sleep(15)  # until the last list of open sockets has them
        people.failures.clear()
        assert others.heard, "nobody was seen to come"
        people.port = second.port
        others.forget()
        began = time.monotonic()
        site.daphne.child.send_signal(signal.SIGTERM)
        site.daphne.child.wait(120)
        print("daphne has ended after %.1f s" % (time.monotonic() - began))
        wait_for(people.are_open, seconds=120, what="all sockets")
        time.sleep(10)  # until the grace of whoever is not back is over
    finally:
        others.end()
    report(people.summary(), began, others)


def report(found, began, others):
    print("closed:", found["closes"], "refused, and tried again:", found["failures"])
    print("the last is back after %.1f s, the longest was away for %.2f s" % (
        found["last_back"] - began, found["longest_away"]))
    times = sorted(seconds for _, seconds in others.pages)
    print("pages:", dict(Counter(status for status, _ in others.pages)),
          "median %.3f s, slowest %.3f s" % (times[len(times) // 2], times[-1]))
    print("frames about who came and went:", len(others.heard))


def main(count, spread):
    folder = pathlib.Path(tempfile.mkdtemp())
    with running(Deployment(folder, os.environ["TEST_REDIS_URL"], DRAIN_SPREAD=str(spread),
                            DRAIN_LIMIT=str(2 * spread), RETURN_SPREAD="3")) as site:
        with second_daphne(site) as second:
            measure(site, second, count)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
