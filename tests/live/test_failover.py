"""
The whole site on a Redis that Sentinels watch, whose master is killed while people talk.
"""
import threading

import pytest
import requests

from ..channels_lts.layers.conftest import new_redis  # noqa: F401 (a fixture)
from ..channels_lts.layers.trio import PASSWORD, SERVICE, USER, Trio
from ..support.waiting import wait_for
from .chaos import connector
from .deployment import Browser, Deployment, running
from .people import browsers, open_rooms
from .sockets import LiveSocket, accepted_first
from .talker import Talker
from .test_chat import NAMES, QUICK, check_that_nothing_was_lost, expect_users

SPEAKERS = NAMES[:3]


@pytest.fixture
def trio(new_redis, tmp_path):  # noqa: F811
    return Trio(new_redis, tmp_path)


@pytest.fixture
def site(trio, tmp_path):
    deployment = Deployment(
        tmp_path, trio.master.url, workers=2, beside=["background", "delay"], REDIS_URL="",
        REDIS_SENTINELS=",".join(trio.sentinels), REDIS_SERVICES=SERVICE, REDIS_USERNAME=USER,
        REDIS_PASSWORD=PASSWORD, **QUICK)
    with running(deployment):
        open_rooms(deployment, ["lobby"])
        yield deployment


class PatientTalker(Talker):
    """Says again later what couldn't be taken."""

    def on_error(self, frame):
        if frame["code"] != "unavailable":
            super().on_error(frame)


class Pages(threading.Thread):
    """Asks for a page again and again; `statuses` are the answers."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.statuses, self.is_over = site, [], threading.Event()

    def run(self):
        while not self.is_over.wait(0.05):
            self.statuses.append(requests.get(
                self.site.url + "/links/api/links/", timeout=60).status_code)

    def stop(self):
        self.is_over.set()
        self.join(60)


@pytest.fixture
def load(site):
    """(the talkers of a room, who asks for pages)"""
    people = browsers(site, SPEAKERS)
    talkers = [PatientTalker(connector(site, people[name], "lobby"), name, pause=1.5)
               for name in people]
    pages = Pages(site)
    for each in talkers + [pages]:
        each.start()
    yield talkers, pages
    for each in talkers + [pages]:
        each.stop()


def go_on(talkers, pages):
    """Waits until everybody has got through again."""
    wait_for(lambda: all(each.users == set(SPEAKERS) for each in talkers), what="everybody's list")
    before = [len(each.stored) for each in talkers]
    wait_for(lambda: all(len(each.stored) > count + 1 for each, count in zip(talkers, before)),
             what="what was said")
    seen = len(pages.statuses)
    wait_for(lambda: pages.statuses[seen:][-3:] == [200] * 3, what="pages")


def test_all_of_the_site_follows_a_killed_master_and_a_planned_failover(site, trio, load):
    talkers, pages = load
    work, later = LiveSocket(site, "/primer/work/"), LiveSocket(site, "/primer/later/")
    go_on(talkers, pages)
    killed = trio.kill_master()
    go_on(talkers, pages)
    killed.start()  # and takes itself for the master, until the Sentinels tell it
    trio.fail_over()
    go_on(talkers, pages)
    check_what_is_beside(site, work, later)
    for talker in talkers:
        talker.quiet()
    wait_for(lambda: all(talker.is_done() for talker in talkers), what="answers for all")
    most = max(talker.newest for talker in talkers)
    wait_for(lambda: all(talker.complete >= most for talker in talkers), what="all to see all")
    check_that_nothing_was_lost(talkers)
    assert [talker.connections for talker in talkers] == [1] * len(talkers)
    check_processes(site)


def check_what_is_beside(site, work, later):
    """Presence, limits, long jobs and delayed messages, for people who came before and after."""
    work.say({"primes_below": 100})
    assert {"primes_below": 100, "count": 25} in accepted_first(work)
    note = {"text": "tea", "seconds": 1}
    later.say(note)
    assert accepted_first(later) == [{"accepted": note}, note]
    browser = Browser(site)
    browser.log_in("admin")
    window = LiveSocket(site, "/ws/chat/lobby/", browser)
    expect_users(window, SPEAKERS + ["admin"])
    window.close()


def check_processes(site):
    for process in site.processes():
        log = process.text()
        assert process.child.poll() is None and "Traceback" not in log, log
        assert log.count("is away, waiting") == log.count("is back after") <= 2, log
