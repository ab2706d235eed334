"""
Another program writes into the site's PostgreSQL while listeners are killed.
"""
import contextlib
import signal
from collections import Counter
from urllib.parse import urlsplit

import psycopg2
import pytest

from ..support.waiting import wait_for
from .deployment import Browser, Deployment
from .test_bindings import Page, fresh_database

TELLING = "Sending changes made outside Django"


@pytest.fixture(scope="module")
def site(tmp_path_factory, redis_url):
    running = Deployment(tmp_path_factory.mktemp("triggers"), redis_url,
                         fresh_database("live_triggers"), OPEN_ACCESS="0", BINDING_TRIGGERS="1")
    # A page doesn't read, nor answer pings, while its test waits for a process.
    running.daphne_options = ["--ping-interval", "3600"]
    try:
        running.start()
        running.manage("bindings", "install")
        yield running
    finally:
        running.stop()


@pytest.fixture
def page(site):
    browser = Browser(site)
    browser.log_in("admin")
    page = Page(site, browser, repeats=True)
    yield page
    page.socket.close()


class Listeners:
    """The one that is active."""

    def __init__(self, site):
        self.site = site
        self.active = self.start()
        wait_for(lambda: TELLING in self.active.text(), what="the first one's lock")

    def start(self):
        process, = self.site.start_listening(("listener", ["runlistener"]))
        return process

    def kill(self):
        self.active.kill()
        self.active = None

    def take_over(self, process):
        wait_for(lambda: TELLING in process.text(), what="another one's lock")
        self.active = process


@contextlib.contextmanager
def program(site):
    """A cursor whose statements are transactions."""
    url = urlsplit(site.environment["DATABASE_URL"])
    with contextlib.closing(psycopg2.connect(url.geturl())) as session:
        session.autocommit = True
        yield session.cursor()


def write(cursor, names):
    for name in names:
        cursor.execute("INSERT INTO links_tag (name, description) VALUES (%s, '')", [name])


def created(page):
    """
    How often each name came, among the frames that the page has read but not applied yet. A batch
    left behind by a listener comes again with the same numbers, and doesn't count.
    """
    return Counter(name for _seq, name in {
        (payload["seq"], payload["data"]["name"]) for payload in page.frames["tags"]
        if payload["action"] == "create"})


def read_until(page, names):
    """Reads frames until each of these has come."""
    while not set(names) <= set(created(page)):
        frame = page.socket.frame()
        page.frames[frame["stream"]].append(frame["payload"])


def test_what_another_program_writes_comes_once_whoever_is_killed(site, page):
    listeners = Listeners(site)
    standby = None
    try:
        with program(site) as cursor:
            write(cursor, ["running 1", "running 2"])
            read_until(page, ["running 1", "running 2"])
            listeners.kill()
            away = ["away %d" % number for number in range(50)]
            write(cursor, away)
            cursor.execute("UPDATE links_tag SET description = 'x' WHERE name LIKE 'running%'")
            cursor.execute("DELETE FROM links_tag WHERE name = 'running 2'")
            page.browser.post("/admin/links/tag/add/", {"name": "by the ORM"})
            listeners.take_over(listeners.start())
            read_until(page, away + ["by the ORM"])
            standby = listeners.start()
            listeners.kill()
            write(cursor, ["standby"])
            listeners.take_over(standby)
            read_until(page, ["standby"])
        assert set(created(page).values()) == {1}
        page.settle()
        assert page.replicas["tags"].rows == page.fetch("tags")
        listeners.active.child.send_signal(signal.SIGTERM)
        assert listeners.active.child.wait(15) == 0
        assert "Traceback" not in listeners.active.text()
    finally:
        for process in (listeners.active, standby):
            if process:
                process.stop()


def test_a_listener_that_is_killed_at_work_loses_nothing(site, page):
    listeners, names = Listeners(site), ["stream %d" % number for number in range(80)]
    try:
        with program(site) as cursor:
            write(cursor, names[:50])
            listeners.kill()
            write(cursor, names[50:])
            listeners.take_over(listeners.start())
        read_until(page, names)
    finally:
        if listeners.active:
            listeners.active.stop()
