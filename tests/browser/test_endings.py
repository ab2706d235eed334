"""
A session that ends in one tab, as seen in the others.
"""
import pytest

from ..support.waiting import wait_for

ENDED = ".connection-sessionEnded"
PASSWORD = ("from django.contrib.auth import get_user_model; "
            "user = get_user_model().objects.get(username='admin'); "
            "user.set_password('admin'); user.save()")
# update() sends no signals, so no page is notified.
MOVED = ("from chat.models import Room; "
         "Room.objects.filter(key='vanish').update(key='elsewhere', name='elsewhere')")
COUNT_SOCKETS = """
window.made = 0;
window.WebSocket = class extends WebSocket {
  constructor(...args) { super(...args); window.made += 1; }
};
"""


@pytest.fixture
def admin(new_window):
    return new_window().logged_in("admin")


def in_new_tab(window, path):
    """Opens a path in a second tab and switches to it; returns the first tab's handle."""
    first = window.driver.current_window_handle
    window.script("window.open(arguments[0])", path)
    wait_for(lambda: len(window.driver.window_handles) == 2, what="the second tab")
    second, = set(window.driver.window_handles) - {first}
    window.driver.switch_to.window(second)
    return first


def test_a_logout_in_one_tab_is_told_in_the_other_which_gets_nothing_more(admin, new_window):
    bob = new_window().logged_in("bob").open_room("ends")
    admin.open_room("ends")
    first = in_new_tab(admin, "/links/")
    admin.log_out()
    admin.driver.switch_to.window(first)
    admin.wait_text("You’ve been logged out", ENDED)
    bob.fill(message="nobody hears this")
    bob.submit(".composer button")
    bob.wait_for(".message[data-number]")
    assert "nobody hears this" not in admin.text(".chat-log")
    admin.submit(ENDED + " a")
    admin.fill(username="admin", password="admin")
    admin.submit("main form button")
    admin.wait_connected()
    admin.wait_text("nobody hears this", ".chat-log")


def test_who_logs_in_again_in_another_tab_goes_on_where_they_were(admin):
    admin.open_live("/links/")
    admin.submit(".add-link")
    admin.fill(name="half a link", url="https://half.example/")
    first = in_new_tab(admin, "/admin/")
    second = admin.driver.current_window_handle
    admin.driver.switch_to.window(first)
    admin.script("document.querySelector('form[action=\"/accounts/logout/\"]').target = '_blank'")
    admin.driver.switch_to.window(second)
    admin.open("/accounts/logout/")
    admin.submit("main form button")
    admin.wait_gone("#me")
    admin.driver.switch_to.window(first)
    admin.wait_text("You’ve been logged out", ENDED)
    admin.wait_gone("#me")
    admin.driver.switch_to.window(second)
    admin.log_in("admin")
    admin.driver.switch_to.window(first)
    admin.wait_connected()
    assert admin.text("#me") == "admin"
    admin.submit(".new-links .save-link")
    admin.wait_text("half a link", "tr[data-pk] th")


def test_after_a_password_change_ones_own_window_goes_on(admin, deployment):
    admin.open_room("goeson")
    first = in_new_tab(admin, "/admin/password_change/")
    try:
        admin.fill(old_password="admin", new_password1="a long one 7", new_password2="a long one 7")
        admin.submit("#content form input[type=submit]")
        wait_for(lambda: "/done/" in admin.driver.current_url, what="the changed password")
        admin.driver.switch_to.window(first)
        admin.wait_connected()
        admin.fill(message="still me")
        admin.submit(".composer button")
        admin.wait_text("still me", ".message[data-number]")
        assert not admin.find(ENDED)
        admin.console()  # Chromium has advice about the password form
    finally:
        deployment.manage("shell", "-c", PASSWORD)


def test_a_room_that_refuses_its_window_again_and_again_is_said_to_be_gone_and_left_alone(
        new_window, deployment):
    bob = new_window().logged_in("bob").open_room("vanish")
    deployment.manage("shell", "-c", MOVED)
    bob.script(COUNT_SOCKETS)
    go_online(bob)
    bob.wait_text("This room is closed", ".room-closed", seconds=60)
    assert not bob.find(".connection")
    refusals = bob.script("return window.made")
    assert refusals in (3, 4)  # one more if it was in flight while the page found out why
    go_online(bob)
    assert bob.script("return window.made") == refusals
    bob.console()  # Chromium logs each refused handshake


def go_online(window):
    """Simulates a network's return: sockets reconnect at once, unless they have ended for good."""
    window.script("window.dispatchEvent(new Event('online'))")
