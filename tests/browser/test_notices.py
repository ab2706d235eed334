"""The bell in the head of every page."""


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
