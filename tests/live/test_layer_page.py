"""
Actions on the admin's page of the layer, with a real daphne.
"""
import re

import pytest

from channels_lts.auth import SESSION_CHANGED
from channels_lts.security.daphne.closing import RESTARTED
from tests.support.waiting import wait_for

from .deployment import Browser, Deployment, running
from .sockets import LiveSocket

PAGE = "/admin/channels_lts/layer/"
SOCKETS = PAGE + "sockets/?q=bob"


@pytest.fixture
def site(tmp_path, redis_url):
    with running(Deployment(tmp_path, redis_url, RETURN_SPREAD="0")) as deployment:
        yield deployment


@pytest.fixture
def visitor(site):
    def log_in(name):
        browser = Browser(site)
        browser.log_in(name)
        return browser
    return log_in


def field(page, name):
    found = re.search('name="%s" value="([^"]*)"' % name, page.text)
    return found and found.group(1)


def test_a_socket_is_closed_and_a_daphne_drained(site, visitor):
    admin, bob = visitor("admin"), visitor("bob")
    socket = LiveSocket(site, "/users/", bob)
    found = wait_for(lambda: field(admin.get(SOCKETS), "socket"), what="bob's socket")
    admin.post(PAGE + "sockets/close/", {"socket": found, "confirmed": 1}, form=SOCKETS)
    assert socket.close_code() == SESSION_CHANGED

    again = LiveSocket(site, "/users/", bob)
    daphne = wait_for(lambda: field(admin.get(PAGE), "daphne"), what="daphne's report")
    admin.post(PAGE + "drain/", {"daphne": daphne, "confirmed": 1}, form=PAGE)
    assert again.close_code() == RESTARTED
    again.close()
    assert site.daphne.child.wait(15) == 0
    assert "Draining: 1 sockets" in site.daphne.text()

    site.start_daphne()  # as a supervisor would
    wait_for(site.is_healthy, what="daphne's return")
    page = admin.get("/admin/").text
    assert daphne in page and "127.0.0.1" not in page
    assert LiveSocket(site, "/users/", bob).is_open()
