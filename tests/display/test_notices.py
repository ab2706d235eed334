"""
Who is told what on whatever page: log-ins here, messages in tests/chat/test_notices.py.
"""
import pytest
from django.test import Client

from channels_lts import presence
from channels_lts.auth import SESSION_ENDED

from ..support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/updates/", "/ws/chat/", "/ws/notices/")


def notices(socket):
    return [frame["notice"] for frame in socket.frames() if "notice" in frame]


@pytest.fixture
def watcher(client, alice, open_socket):
    """Opens sockets of alice's; what her own login tells has been read."""
    client.force_login(alice)

    def opened(path):
        socket = open_socket(path)
        socket.frames()
        return socket
    return opened


def log_in(account):
    account("bob")
    Client().post("/accounts/login/", {"username": "bob", "password": "bob"})


@pytest.mark.parametrize("path", PAGES)
def test_a_login_is_told_on_every_page_and_once(watcher, account, path):
    socket = watcher(path)
    log_in(account)
    assert notices(socket) == [{"kind": "login", "user": "bob"}]


def test_the_list_of_users_has_logins_without_a_notice(watcher, account):
    socket = watcher("/users/")
    log_in(account)
    assert socket.frames() == [{"username": "bob", "is_logged_in": True}]


@pytest.mark.parametrize("path", PAGES + ("/users/",))
def test_anonymous_visitors_are_told_nothing(account, settings, path):
    settings.OPEN_ACCESS = True
    socket = Socket(path).connect()
    log_in(account)
    assert notices(socket) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_socket_that_has_closed_is_told_nothing(watcher, account, path, channel_layer):
    socket = watcher(path)
    socket.disconnect()
    log_in(account)
    assert socket.frames() == []
    assert not channel_layer.group_channels("notices-logins")


@pytest.mark.parametrize("path", ["/updates/links/", "/echo/"])
def test_sockets_of_programs_are_told_nothing(watcher, account, path):
    socket = watcher(path)
    log_in(account)
    assert notices(socket) == []


def test_the_socket_of_notices_ends_where_nobody_is_logged_in():
    assert Socket("/ws/notices/").connect().close_code() == SESSION_ENDED


def test_the_socket_of_notices_makes_its_visitor_present(watcher, alice, clock):
    socket = watcher("/ws/notices/")
    assert presence.is_here(presence.SITE, alice.pk)
    socket.disconnect()
    clock(60)
    assert not presence.is_here(presence.SITE, alice.pk)


@pytest.mark.parametrize("text, code", [
    ("", "bad_json"), ('{"action": "who"}', "unknown_action"), ("x" * 2000, "too_large")])
def test_the_socket_of_notices_takes_nothing(watcher, text, code):
    socket = watcher("/ws/notices/")
    socket.say(text)
    assert [frame["error"]["code"] for frame in socket.frames()] == [code]


@pytest.mark.parametrize("path, own", [
    ("/", "UserList"), ("/links/", "LinksDetail"), ("/chat/", "ChatRooms"), ("/primer/", "Primer"),
    ("/about/", "Bell"), ("/accounts/logout/", "Bell"), ("/chat/nowhere/", "Bell"),
    ("/nowhere/", "Bell")])
def test_every_page_of_somebody_logged_in_has_a_bell_and_one_script_for_it(
        client, alice, settings, path, own):
    settings.OPEN_ACCESS = True
    assert 'id="bell"' not in client.get(path).content.decode()
    client.force_login(alice)
    page = client.get(path).content.decode()
    assert 'id="bell"' in page
    assert [name for name in ("UserList", "LinksDetail", "ChatRooms", "Primer", "Bell")
            if "/%s.js" % name in page] == [own]
    assert page.count("/vendors.js") == 1


@pytest.mark.parametrize("path", [
    "/admin/", "/admin/links/link/", "/admin/channels_lts/layer/", "/links/api/"])
def test_the_pages_of_the_admin_and_the_api_have_it_too(client, admin, path):
    def page():
        return client.get(path, follow=True, HTTP_ACCEPT="text/html").content.decode()
    assert 'id="bell"' not in page() and "/bundles/" not in page()
    client.force_login(admin)
    assert '<span id="me" hidden>admin</span>' in page()
    assert 'id="bell" data-sheet="/static/bundles/vendors.css"' in page()
    assert page().count("/vendors.js") == page().count("/Bell.js") == 1
