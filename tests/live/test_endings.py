"""
A session that ends, ends for real sockets of a real daphne.
"""
import re

import pytest

from channels_lts.auth import SESSION_CHANGED, SESSION_ENDED

from .deployment import Browser, Deployment, running
from .people import browsers, open_rooms
from .sockets import LiveSocket

PASSWORD = ("from django.contrib.auth import get_user_model; "
            "user = get_user_model().objects.get(username=%r); user.set_password('x'); user.save()")
EXPIRE = ("from django.contrib.sessions.models import Session; from django.utils import timezone; "
          "Session.objects.filter(pk=%r).update(expire_date=timezone.now())")


@pytest.fixture(scope="module", params=["redis", "stock"])
def site(request, tmp_path_factory, redis_url):
    """A deployment on our own layer, and one on the layer that every project has."""
    folder = tmp_path_factory.mktemp("endings")
    with running(Deployment(folder, redis_url, CHANNEL_LAYER=request.param)) as deployment:
        open_rooms(deployment, ["lobby"])
        yield deployment


@pytest.fixture
def people(site):
    return browsers(site, ["alice", "bob"])


@pytest.fixture
def window(site, people):
    opened = []

    def open_window(browser):
        opened.append(LiveSocket(site, "/ws/chat/lobby/", browser))
        opened[-1].frame_like(lambda frame: frame["type"] == "user_list")
        return opened[-1]
    yield open_window
    for socket in opened:
        socket.close()


@pytest.fixture
def visitor_of(site):
    """Makes HTTP clients that are logged in by the form."""
    def log_in(name):
        browser = Browser(site)
        browser.log_in(name)
        return browser
    return log_in


def kinds_until_closed(socket):
    """The types of the frames that still come, and the close code."""
    kinds = []
    while True:
        frame = socket.socket.recv_frame()
        if frame.opcode == 8:
            return kinds, int.from_bytes(frame.data[:2], "big")
        kinds += re.findall(rb'"type": ?"(\w+)"', frame.data)


def test_a_socket_that_was_logged_out_gets_no_private_message(site, people, window):
    tab, another, bob = window(people["alice"]), window(people["alice"]), window(people["bob"])
    elsewhere = window(browsers(site, ["alice"])["alice"])
    people["alice"].log_out()
    bob.say({"message": "/pm alice for your eyes", "id": "a-1"})
    bob.frame_like(lambda frame: frame["type"] == "private_message_delivered")
    for socket in (tab, another):
        kinds, code = kinds_until_closed(socket)
        assert code == SESSION_ENDED and b"private_message" not in kinds
    assert elsewhere.frame_like(lambda frame: frame["type"] == "private_message")


def test_a_password_that_is_set_by_a_command_ends_all_sessions(site, people, window):
    alice, bob = window(people["alice"]), window(people["bob"])
    site.manage("shell", "-c", PASSWORD % "alice")
    assert alice.close_code() == SESSION_ENDED
    assert bob.is_open()


def test_ones_own_window_comes_back_after_a_password_change(site, visitor_of, window):
    own, other = visitor_of("admin"), visitor_of("admin")
    tab, elsewhere = window(own), window(other)
    own.post("/admin/password_change/", {
        "old_password": "admin", "new_password1": "a long one 7", "new_password2": "a long one 7"})
    try:
        assert (tab.close_code(), elsewhere.close_code()) == (SESSION_CHANGED, SESSION_ENDED)
        back = LiveSocket(site, "/ws/chat/lobby/", own)
        assert back.frame()["me"] == "admin"
        back.close()
    finally:
        site.manage("shell", "-c", PASSWORD.replace("'x'", "'admin'") % "admin")


def test_a_session_that_expires_ends_by_itself_and_is_cleared(site, people, window):
    alice, bob = window(people["alice"]), window(people["bob"])
    site.manage("shell", "-c", EXPIRE % people["alice"].session.cookies["sessionid"])
    assert alice.close_code() == SESSION_ENDED
    assert bob.is_open()
