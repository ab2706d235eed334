"""
A Redis that loses its data: what people see afterwards is what the table holds.
"""
import json
import select

import pytest
import websocket

from tests.channels_lts.layers.servers import RedisServer
from tests.support.admin import AdminPage
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
        self.deployment = deployment
        self.browser = browser
        self.open()
        self.follower = Follower("tags", self.fetch)

    def open(self):
        self.socket = LiveSocket(self.deployment, "/updates/tags/", self.browser)

    def fetch(self):
        rows = self.browser.get("/links/api/tags/?page_size=1000").json()["results"]
        return {row["id"]: row for row in rows}

    def shows(self, pk, name):
        """Takes what has come, and looks."""
        try:
            while select.select([self.socket.socket.sock], [], [], 0)[0]:
                self.follower.hear(self.socket.frame())
        except (OSError, ValueError, websocket.WebSocketException):  # closed: it comes back
            self.open()
        self.follower.look()
        return self.follower.rows.get(pk, {}).get("name") == name


def answers(socket):
    """The codes of all errors until the server closes the socket, and then its close code."""
    codes = []
    while True:
        opcode, data = socket.socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return codes + [int.from_bytes(data[:2], "big")]
        codes += [frame["code"] for frame in [json.loads(data.decode())]
                  if frame["type"] == "error"]


def test_who_writes_when_redis_has_been_flushed_hears_of_no_refusal(server, deployment, admin):
    socket = LiveSocket(deployment, "/ws/chat/default/", admin)
    socket.frame_like(lambda frame: frame["type"] == "user_list")
    server.client.flushall()
    socket.say({"message": "was this said?", "id": "m1"})
    assert answers(socket) in (["unavailable", 1012], [1012])
    again = LiveSocket(deployment, "/ws/chat/default/", admin)
    again.frame_like(lambda frame: frame["type"] == "user_list")
    again.say({"message": "was this said?", "id": "m1"})
    again.frame_like(lambda frame: frame["type"] == "message_stored")


def rename(admin, pk, name):
    AdminPage(admin, "/admin/links/tag/%d/change/" % pk).send(name=name)


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
