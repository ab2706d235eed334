"""
The admin's index: who is online, and logins.
"""
import pytest

from ..support.waiting import wait_for
from .test_links import add_link, delete

STAFF = ("from django.contrib.auth import get_user_model as m\n"
         "m().objects.filter(username='bob').update(is_staff=%s, is_superuser=%s)")
NOTIFICATION = (
    "window.shown = []; window.Notification = class { constructor(title, options) {"
    " window.shown.push(title); } static get permission() { return 'granted'; } };")

# As in the engine's own template; the site's leaves announcements to the bell.
ANNOUNCES = """
document.addEventListener('readystatechange', () => document.getElementById('live-admin')
  ?.insertAdjacentHTML('beforeend', '<div class="live-toasts"></div>'), {once: true});
"""
HIDE = ("Object.defineProperty(document, 'hidden', {value: true});"
        "document.dispatchEvent(new Event('visibilitychange'))")


def before_each_page(window, *scripts):
    for script in scripts:
        window.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})


@pytest.fixture
def colleague(new_window):
    """Another user, logged in to the admin."""
    window = new_window().logged_in("bob")
    window.deployment.manage("shell", "-c", STAFF % (True, True))
    yield window
    window.deployment.manage("shell", "-c", STAFF % (False, False))


def test_the_index_follows_who_is_here_at_what_and_who_logs_in(new_window, colleague):
    index, visitor = new_window().logged_in("admin"), new_window()
    before_each_page(index, NOTIFICATION, ANNOUNCES)
    index.open_live("/admin/")
    index.script("window.sameDocument = true")
    index.wait_text("admin (you)", ".live-in-admin")
    assert not index.wait_for(".live-message").is_displayed()
    pk = add_link(colleague, "admin-index")
    index.wait_text("Link \u201cadmin-index\u201d", ".live-in-admin")
    link = index.wait_for('.live-in-admin a[href$="/link/%d/change/"]' % pk)
    index.script("arguments[0].focus()", link)
    visitor.log_in("alice")
    index.wait_text("alice logged in", ".live-toast")
    visitor.open_live("/links/")
    index.wait_text("alice\nLinks", ".live-on-site")
    assert index.script("return window.shown") == ["alice logged in"]
    assert "admin-index" in index.script("return document.activeElement.textContent")
    delete(colleague, pk)
    colleague.open("/accounts/logout/")  # only asks to confirm; no window with a socket is left
    index.wait_gone('.live-in-admin li:nth-child(2)', 40)
    assert index.script("return document.activeElement.id") == "live-index-title"
    assert index.text(".live-logins").split()[0] == "alice"
    assert index.script("return window.sameDocument === true")


def test_on_the_site_only_the_bell_tells_a_log_in_and_once(new_window):
    index, visitor = new_window().logged_in("admin"), new_window()
    before_each_page(index, NOTIFICATION)
    index.open_live("/admin/")
    index.in_bell('[data-hears-notices="true"]')
    visitor.log_in("alice")
    assert "alice logged in" in index.in_bell(".site-toast").text
    index.wait_text("alice", ".live-logins li:first-child")
    assert index.script("return window.shown") == []
    assert not index.wait_for(".live-connection").is_displayed()
    index.script(HIDE)
    visitor.log_out()
    visitor.log_in("bob")
    wait_for(lambda: index.script("return window.shown") == ["bob logged in"])
    assert not index.find(".live-toast, .live-allow")


def test_a_phone_shows_the_index_in_spanish_and_without_javascript_too(new_window, colleague):
    colleague.open_live("/admin/")
    phone = new_window().logged_in("admin").be_phone("es").open_live("/admin/")
    phone.wait_text("admin (tú)", ".live-in-admin")
    assert "\u00daltimos inicios de sesi\u00f3n" in phone.text(".live-lists")
    assert phone.overflow() <= 0
    phone.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    phone.open("/admin/")
    found = {each.text.split()[0] for each in phone.find(".live-in-admin > li")}
    assert found == {"admin", "bob"}
    phone.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
