"""The notification bell in the header of every page."""
import pytest

PARTS = (".bell > button", ".bell-menu", ".bell-menu p", ".bell-choice", ".bell-choice input")
LOOKS = """
const {font, color, backgroundColor, margin, padding, border} = getComputedStyle(arguments[0]);
return [font, color, backgroundColor, margin, padding, border];
"""


def test_a_mention_is_told_on_whatever_page_one_is(new_window):
    bob, alice = new_window().log_in("bob").open_live("/links/"), new_window().log_in("alice")
    alice.open_room("notices")
    alice.fill(message="hello @bob")
    alice.submit('.composer button[type="submit"]')
    bob.wait_text("alice mentioned you in #notices: hello @bob", ".notices .site-toast")
    bob.submit('.notices .site-toast a[href="/chat/notices/"]')
    bob.wait_connected()
    bob.wait_text("hello @bob", ".chat-log")


def test_a_page_without_live_rows_tells_logins(new_window):
    for path in ("/about/", "/primer/"):
        alice, visitor = new_window().log_in("alice").open(path), new_window()
        alice.wait_for('[data-hears-notices="true"]')
        visitor.log_in("bob")
        alice.wait_text("bob logged in", ".notices .site-toast")
        alice.submit(".bell button")
        alice.wait_text("bob logged in", ".bell-notices")


@pytest.mark.parametrize("path", ["/admin/links/link/", "/links/api/"])
def test_the_admin_and_the_api_tell_too_in_the_looks_and_language_of_the_site(new_window, path):
    admin, visitor = new_window().log_in("admin").speak("es").open("/about/"), new_window()
    looks = {part: admin.script(LOOKS, admin.in_bell(part)) for part in PARTS}
    admin.open(path).in_bell('[data-hears-notices="true"]')
    assert {part: admin.script(LOOKS, admin.in_bell(part)) for part in PARTS} == looks
    visitor.log_in("bob")
    assert "bob inició sesión" in admin.in_bell(".notices .site-toast").text
    admin.in_bell(".bell > button").click()
    assert "bob inició sesión" in admin.in_bell(".bell-notices").text
