"""
A Redis that forgets: what its people see afterwards is what the table holds.
"""
import select

import pytest

from tests.channels_lts.layers.servers import RedisServer
from tests.support.follower import Follower
from tests.support.waiting import wait_for

from .admin import pk_of
from .deployment import Browser, Deployment, running
from .sockets import LiveSocket


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"), "--save", "").start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def deployment(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forgetting")
    with running(Deployment(folder, server.url, workers=1)) as deployment:
        yield deployment


@pytest.fixture
def admin(deployment):
    browser = Browser(deployment)
    browser.log_in("admin")
    return browser


class Page:
    """A Follower of the tags on a real socket."""

    def __init__(self, deployment, browser):
        self.socket = LiveSocket(deployment, "/updates/tags/", browser)
        self.browser = browser
        self.follower = Follower("tags", self.fetch)

    def fetch(self):
        rows = self.browser.get("/links/api/tags/?page_size=1000").json()["results"]
        return {row["id"]: row for row in rows}

    def shows(self, pk, name):
        """Takes what has come, and looks."""
        while select.select([self.socket.socket.sock], [], [], 0)[0]:
            self.follower.hear(self.socket.frame())
        self.follower.look()
        return self.follower.rows.get(pk, {}).get("name") == name


def rename(admin, pk, name):
    admin.post("/admin/links/tag/%d/change/" % pk, {"name": name, "description": "", "user": ""})


def test_an_older_snapshot_leaves_no_page_stale(server, deployment, admin):
    admin.post("/admin/links/tag/add/", {"name": "first", "description": "", "user": ""})
    pk = pk_of(admin, "tags", "first")
    page = Page(deployment, admin)
    wait_for(lambda: page.shows(pk, "first"), 15)
    rename(admin, pk, "second")
    wait_for(lambda: page.shows(pk, "second"), 15)
    server.client.save()
    for name in ("third", "fourth"):
        rename(admin, pk, name)
        wait_for(lambda: page.shows(pk, name), 15)
    server.kill()
    server.start()
    wait_for(deployment.is_healthy, 30)
    rename(admin, pk, "fifth")
    wait_for(lambda: page.shows(pk, "fifth"), 15, "the row as it is")
