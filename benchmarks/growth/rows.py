"""
The site's links: what one more row, and one changed row, costs beside many others.
"""
import sqlite3
import time
from contextlib import closing, contextmanager

from .. import site
from ..figures import median
from ..loads import repeated
from ..processes import cpu_seconds
from . import series

SAVED = "a row saved by REST, and its frame"
FRAME = "until its frame is there, ms"
LISTED = "the first page of the list by REST"
LINK = "/links/api/links/1/"


class Site:
    """The site as what `series.cost` asks: usage and settling."""

    name = "site"

    def __init__(self, deployment, redis, session, socket):
        self.deployment = deployment
        self.redis = redis
        self.session = session
        self.socket = socket
        self.times = []

    def usage(self):
        return {
            "daphne": cpu_seconds(self.deployment.daphne.child.pid),
            "worker": sum(cpu_seconds(each.child.pid) for each in self.deployment.workers),
            "redis": self.redis.cpu_seconds(),
            "commands": sum(self.redis.commands().values()),
        }

    def settle(self):
        time.sleep(0.3)

    def save(self, turn):
        name, started = "growing %d %s" % (turn, time.monotonic()), time.monotonic()
        answer = self.session.patch(
            self.deployment.url + LINK, {"name": name[:30]}, timeout=20,
            headers={"X-CSRFToken": self.session.cookies["csrftoken"]})
        answer.raise_for_status()
        self.socket.frame_like(
            lambda frame: frame["payload"].get("data", {}).get("name") == name[:30])
        self.times.append(time.monotonic() - started)
        return {"received": 1}

    def read(self, turn):
        self.session.get(self.deployment.url + "/links/api/links/", timeout=20).raise_for_status()
        return {"received": 1}


def rows(options, left_out, say, sizes):
    saved, listed, frame = [], [], []
    with running() as found:
        for size in sizes:
            fill(found.deployment.database_file, size)
            found.times = []
            saved.append(series.cost(found, lambda each, seconds: repeated(
                seconds, each.save), options))
            frame.append(median(found.times) * 1e3)
            listed.append(series.cost(found, lambda each, seconds: repeated(
                seconds, each.read), options))
    return {SAVED: series.costs(sizes, saved), FRAME: series.values(sizes, frame, "ms"),
            LISTED: series.costs(sizes, listed)}


@contextmanager
def running():
    from tests.live.deployment import Browser
    from tests.live.sockets import LiveSocket
    with site.running(workers=1) as (deployment, redis):
        browser = Browser(deployment)
        browser.log_in("admin")
        socket = LiveSocket(deployment, "/updates/links/")
        try:
            yield Site(deployment, redis, browser.session, socket)
        finally:
            socket.close()


def fill(path, size):
    """Inserts this many links, as in a database that is years old."""
    with closing(sqlite3.connect(path, timeout=30)) as database, database:
        have, = database.execute("SELECT COUNT(*) FROM links_link").fetchone()
        database.executemany(
            "INSERT INTO links_link (name, url, pending, description, user_id) "
            "SELECT ?, url, pending, description, user_id FROM links_link WHERE id = 1",
            [("link %d" % number,) for number in range(have, size)])
