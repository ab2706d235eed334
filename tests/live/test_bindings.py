"""
Several workers, several writers, real Redis: every copy ends equal to the table.
"""
import contextlib
import os
import random
import threading

import psycopg2
import pytest

from channels_lts.auth import SESSION_ENDED
from links.demultiplexers import MAX_FRAME
from tests.conftest import need

from ..channels_lts.binding.replica import Replica
from ..support.waiting import wait_for
from .deployment import Browser, Deployment
from .sockets import LiveSocket

STREAMS = ["links", "tags", "linktags"]
WRITERS = 4
CHANGES = 12  # by each of the writers


def fresh_database(name="live_bindings"):
    """The URL of an empty database on the suite's PostgreSQL, beside those in use."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    need(url.startswith("postgres"), "no PostgreSQL: script/test starts one for TEST_DATABASE_URL")
    server = url.rpartition("/")[0]
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # databases aren't made in transactions
        connection.cursor().execute("DROP DATABASE IF EXISTS " + name)
        connection.cursor().execute("CREATE DATABASE " + name)
    return "%s/%s" % (server, name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, tmp_path_factory, redis_url):
    """A separate closed deployment with three workers, on each database."""
    url = fresh_database() if request.param == "postgresql" else None
    redis_url = redis_url.rpartition("/")[0] + "/1"  # 0 is the other deployment's
    running = Deployment(tmp_path_factory.mktemp(request.param), redis_url, url, workers=3,
                         OPEN_ACCESS="0")
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def admin(site):
    browser = Browser(site)
    browser.log_in("admin")
    return browser


class Page(object):
    """A socket and the copies that a page would keep of its streams."""

    def __init__(self, site, browser, repeats=False):
        self.browser = browser
        self.socket = LiveSocket(site, "/updates/", browser)
        self.frames = {stream: [] for stream in STREAMS}
        numbers = self.read_numbers()  # the greeting
        self.replicas = {
            stream: Replica(lambda stream=stream: self.fetch(stream), numbers[stream], repeats)
            for stream in STREAMS}

    def fetch(self, stream):
        answer = self.browser.get("/links/api/%s/?page_size=500" % stream).json()
        assert answer["next"] is None
        return {row["id"]: row for row in answer["results"]}

    def sync(self):
        """Asks for each stream's number and reads up to the answers."""
        for stream in STREAMS:
            self.socket.say({"stream": stream, "payload": {"action": "sync"}})
        return self.read_numbers()

    def read_numbers(self):
        numbers = {}
        while len(numbers) < len(STREAMS):
            frame = self.socket.frame()
            payload = frame["payload"]
            if payload["action"] == "sync":
                numbers[frame["stream"]] = payload["seq"]
            elif "seq" in payload:
                self.frames[frame["stream"]].append(payload)
        return numbers

    def is_complete(self):
        """Whether every number up to the newest has arrived: workers overtake each other."""
        numbers = self.sync()
        return all({payload["seq"] for payload in self.frames[stream]} >= set(range(
            self.replicas[stream].floor + 1, numbers[stream] + 1)) for stream in STREAMS)

    def settle(self):
        wait_for(self.is_complete, seconds=30, what="all the frames")
        for stream, replica in self.replicas.items():
            frames, self.frames[stream] = self.frames[stream], []
            replica.receive(frames)
            assert replica.gaps == 0


class Writer(threading.Thread):
    """Changes rows by the socket and by HTTP, as a visitor with all permissions."""

    def __init__(self, site, number):
        super().__init__()
        self.site = site
        self.random = random.Random(number)
        self.name = "w%d" % number
        self.errors = []

    def run(self):
        browser = Browser(self.site)
        browser.log_in("admin")
        self.socket = LiveSocket(self.site, "/updates/", browser)
        try:
            for index in range(CHANGES):
                self.change(browser, "%s-%d" % (self.name, index))
        except Exception as error:
            self.errors.append(error)
        finally:
            self.socket.close()

    def change(self, browser, name):
        rows = {stream: browser.get("/links/api/%s/?page_size=500" % stream).json()["results"]
                for stream in STREAMS}
        link, tag = self.random.choice(rows["links"]), self.random.choice(rows["tags"])
        kind = self.random.randrange(7)
        if kind == 0:
            self.ask("links", "create", data={"name": name, "url": "https://example.com/"})
        elif kind == 1:
            self.ask("links", "update", pk=link["id"], data={"name": name})
        elif kind == 2 and len(rows["links"]) > WRITERS:  # all of them may delete one at a time
            self.ask("links", "delete", pk=link["id"])
        elif kind == 3:
            self.ask("linktags", "create", data={"link": link["id"], "tag": tag["id"]})
        elif kind == 4 and rows["linktags"]:
            self.ask("linktags", "delete", pk=self.random.choice(rows["linktags"])["id"])
        elif kind == 5:
            self.ask("tags", "create", data={"name": name})
        elif len(rows["tags"]) > WRITERS:
            self.ask("tags", "delete", pk=tag["id"])

    def ask(self, stream, action, **payload):
        self.socket.say({"stream": stream,
                         "payload": dict(payload, action=action, request_id=self.name)})
        answer = self.socket.frame_like(
            lambda frame: frame["payload"].get("request_id") == self.name)["payload"]
        if answer["action"] == "error":
            # Another writer was faster; anything else is a bug.
            assert answer["code"] in ("gone", "conflict", "invalid"), answer


def test_copies_equal_the_tables_after_several_writers(site, admin):
    pages = [Page(site, admin) for _ in range(3)]
    writers = [Writer(site, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(90)
    assert [error for writer in writers for error in writer.errors] == []
    for page in pages:
        page.settle()
        for stream, replica in page.replicas.items():
            assert replica.rows == page.fetch(stream)
        page.socket.close()


def test_a_command_in_another_process_is_seen(site, admin):
    page = Page(site, admin)
    site.manage("shell", "-c", "from links.models import Tag; "
                "Tag.objects.create(name='from a shell'); Tag.objects.update(description='all')")
    page.settle()
    rows = page.replicas["tags"].rows
    assert rows == page.fetch("tags")
    assert {row["description"] for row in rows.values()} == {"all"}


def test_a_logout_ends_an_open_socket_and_with_it_the_right_to_write(site, admin):
    socket = LiveSocket(site, "/updates/tags/", admin)
    socket.say({"stream": "tags", "payload": {
        "action": "create", "request_id": "mine", "data": {"name": "x"}}})
    answer = socket.frame_like(lambda frame: frame["payload"].get("request_id") == "mine")
    assert answer["payload"]["action"] == "created"
    admin.log_out()
    assert socket.close_code() == SESSION_ENDED


def test_mistakes_are_answered_and_leave_no_traceback(site, admin):
    socket = LiveSocket(site, "/updates/", admin)
    for text, code in [("{", "bad_json"), ("[]", "bad_frame"), ("x" * (MAX_FRAME + 1), "too_large"),
                       ('{"stream": "x", "payload": {}}', "unknown_stream")]:
        socket.socket.send(text)
        assert socket.frame_like(lambda frame: "error" in frame)["error"]["code"] == code
    socket.say({"stream": "tags", "payload": {"action": "update", "pk": "x", "data": {}}})
    assert socket.frame_like(lambda frame: "sync" != frame.get("payload", {}).get("action"))[
        "payload"]["code"] == "bad_pk"
    assert socket.is_open()
    socket.close()
    assert "Traceback" not in site.logs()
