import pytest

from ..support.waiting import wait_for


@pytest.fixture(autouse=True)
def nobody_is_logged_in(deployment):
    """Logs out the users of other tests, whose windows were closed without a logout."""
    deployment.manage("shell", "-c", (
        "from django.contrib.sessions.models import Session; Session.objects.all().delete()"))


def test_a_login_in_one_window_is_told_in_the_other(new_window):
    watcher, visitor = new_window().open_live("/"), new_window()
    visitor.log_in("alice")
    watcher.wait_text("alice", ".toasts .site-toast")
    watcher.wait_for('[data-username="alice"][data-logged-in="true"][data-online="true"]')
    visitor.open("/links/api/?format=json")  # no window with a socket is left
    watcher.wait_for('[data-username="alice"][data-logged-in="true"][data-online="false"]', 40)
    watcher.wait_text("last seen", '[data-username="alice"] .presence')
    watcher.open_live("/")  # the server stores it
    watcher.wait_text("last seen", '[data-username="alice"] .presence')
    visitor.open("/about/").log_out()
    watcher.wait_for('[data-username="alice"][data-logged-in="false"]')


def test_a_system_notification_is_shown_where_it_is_allowed(new_window, deployment):
    watcher, visitor = new_window().log_in("alice"), new_window()
    watcher.driver.execute_cdp_cmd("Browser.grantPermissions", {
        "origin": deployment.url, "permissions": ["notifications"]})
    watcher.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": (
        "window.shown = []; window.Notification = class { constructor(title, options) {"
        " window.shown.push(title + ' ' + ((options || {}).body || '')); }"
        " static get permission() { return 'granted'; } addEventListener() {} close() {} };")})
    watcher.open_live("/")
    visitor.log_in("bob")
    watcher.wait_text("bob", ".toasts .site-toast")  # the window is visible
    assert watcher.script("return window.shown") == []
    visitor.log_out()
    watcher.wait_for('[data-username="bob"][data-logged-in="false"]')
    watcher.script("Object.defineProperty(document, 'hidden', {value: true});"
                   "document.dispatchEvent(new Event('visibilitychange'))")
    visitor.log_in("bob")
    wait_for(lambda: "bob" in " ".join(watcher.script("return window.shown")))
    visitor.log_out()


def test_signing_up_shows_the_new_user_everywhere(new_window):
    watcher, visitor = new_window().open_live("/"), new_window()
    visitor.open("/accounts/signup/")
    visitor.fill(username="dora", password1="a long one 7", password2="a long one 7")
    visitor.submit("main form button")
    visitor.wait_for("#me")
    watcher.wait_for('[data-username="dora"][data-logged-in="true"]')
