"""
Two people in a chat room, each in a window of their own.
"""
import pytest

from ..support.waiting import wait_for
from .proxy import Proxy


@pytest.fixture(autouse=True)
def forget_limits(deployment):
    deployment.forget_limits()  # alice opens more rooms than the rate limit allows


@pytest.fixture
def alice(new_window):
    return new_window().logged_in("alice")


@pytest.fixture
def bob(new_window):
    return new_window().logged_in("bob")


def write(window, text):
    window.fill(message=text)
    window.submit('.composer button[type="submit"]')


def source(window):
    """The page as the server would render it now."""
    return window.driver.execute_async_script(
        "fetch(location).then(answer => answer.text()).then(arguments[0])")


def texts(window):
    """The texts of the log's stored messages, in order."""
    return window.script(
        "return Array.from(document.querySelectorAll('.message[data-number] .message-text'),"
        " text => text.innerText)")


def test_two_people_talk(alice, bob):
    for window in (alice, bob):
        window.open_room("talk")
    for window in (alice, bob):
        window.wait_for('.people [data-username="alice"]')
        window.wait_for('.people [data-username="bob"]')
    write(alice, "hello <b>bob</b> https://example.com/")
    bob.wait_text("hello <b>bob</b>", ".chat-log")
    bob.wait_for('.chat-log a[href="https://example.com/"][rel~="noopener"]')
    write(bob, "hello alice")
    alice.wait_text("hello alice", ".chat-log")
    alice.open_room("talk")  # the page includes the latest messages
    assert texts(alice) == ["hello <b>bob</b> https://example.com/", "hello alice"]


def test_a_private_message_reaches_its_addressee_only(alice, bob, new_window):
    admin = new_window().logged_in("admin")
    for window, room in ((alice, "one"), (bob, "two"), (admin, "one")):
        window.open_room(room)
    write(alice, "/pm bob only you")
    bob.wait_text("only you", '.message[data-private]')
    alice.wait_text("only you", '.message[data-private]')
    alice.wait_for('[name="message"]').send_keys("only you, too")  # fill() would delete the chip
    alice.submit('.composer button[type="submit"]')
    bob.wait_text("only you, too", '.message[data-private]')
    write(alice, "/pm nobody hello")
    alice.wait_text("nobody", ".message-failure")
    alice.submit(".addressee button")
    write(alice, "to all")
    admin.wait_text("to all", ".chat-log")
    assert "only you" not in admin.text(".chat-log")


def test_what_came_meanwhile_is_counted_beside_and_marked_on_the_return(alice, bob):
    for window in (alice, bob):
        window.open_room("here")
    alice.open_room("there")
    write(alice, "I am there")
    alice.wait_text("I am there", ".message[data-number]")
    bob.open_room("there")
    bob.wait_text("I am there", ".chat-log")
    wait_for(lambda: '"read": 1' in source(bob), what="the server to know that bob has read it")
    bob.open_room("here")
    bob.wait_for('.other-rooms [data-room="there"][data-unread="0"]')
    for text in ("one", "two"):
        write(alice, text)
        alice.wait_text(text, ".message[data-number]")
    bob.wait_for('.other-rooms [data-room="there"] .unread')
    bob.submit('.other-rooms [data-room="there"] a')
    bob.wait_for('[data-connected="true"]')
    order = bob.script("return Array.from(document.querySelectorAll('.chat-log li'),"
                       " row => row.dataset.number || row.className)")
    assert order == ["divider divider-day", "1", "divider divider-new", "2", "3"]
    assert bob.script("return document.querySelectorAll('.message.follows').length") == 1
    alice.wait_for('.people [data-username="bob"]')
    bob.open_room("here")
    bob.wait_for('.other-rooms [data-room="there"][data-unread="0"]')


def test_who_is_named_is_offered_while_one_writes_and_sees_it(alice, bob):
    for window in (alice, bob):
        window.open_room("naming")
    alice.wait_for('.people [data-username="bob"]')
    alice.fill(message="hi @bo")
    alice.wait_for('.mentions [role="option"]').click()
    assert alice.script("return document.activeElement.name") == "message"
    alice.submit(".composer button")
    bob.wait_for(".message.mentions-me .mention.to-me")
    assert alice.text(".mention") == "@bob"


PHONE = """
const box = selector => document.querySelector(selector).getBoundingClientRect();
const [head, title, state, log, message, composer] = [
  '.navbar', '.chat-room h1', '.chat-room .connection', '.chat-log', '.message', '.composer',
].map(box);
return {
  head: head.height < 60,
  line: title.top < state.bottom && state.top < title.bottom && title.right <= state.left,
  message: message.top >= log.top && message.bottom <= log.bottom,
  composer: composer.bottom <= window.innerHeight && log.bottom <= composer.top,
};
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_phone_with_its_keyboard_open_shows_what_was_said(alice, language):
    alice.open_room("phone")
    write(alice, "the first one")
    alice.be_phone(language, height=380)  # what an on-screen keyboard leaves of 667
    alice.open_room("phone")
    alice.wait_for(".message[data-number]")
    assert alice.script(PHONE) == {key: True for key in ("head", "line", "message", "composer")}
    assert alice.overflow() <= 0


def test_two_tabs_count_once_and_a_closed_one_changes_nothing(alice, bob):
    alice.open_room("tabs")
    first = alice.driver.current_window_handle
    alice.script("window.open('/chat/tabs/')")
    wait_for(lambda: len(alice.driver.window_handles) == 2, what="the second tab")
    second = next(each for each in alice.driver.window_handles if each != first)
    alice.driver.switch_to.window(second)
    alice.wait_connected()
    bob.open_room("tabs")
    bob.wait_for('.people [data-username="alice"]')
    assert len(bob.find('.people [data-username="alice"]')) == 1
    alice.driver.close()
    alice.driver.switch_to.window(first)
    write(alice, "still here")
    bob.wait_text("still here", ".chat-log")
    assert bob.find('.people [data-username="alice"]')
    alice.open("/links/")
    bob.wait_gone('.people [data-username="alice"]', seconds=30)


@pytest.fixture
def proxy(deployment):
    proxy = Proxy(deployment.port)
    yield proxy
    proxy.close()


def open_through(proxy, window, path):
    window.driver.get("http://127.0.0.1:%d%s" % (proxy.port, path))
    window.enter_room()


def test_nothing_is_lost_or_doubled_over_a_cut(alice, bob, proxy):
    bob.open_room("cut")
    open_through(proxy, alice, "/chat/cut/")
    wanted = []
    for number in range(6):
        wanted.append("message %d" % number)
        write(alice, wanted[-1])
        if number % 2:
            proxy.cut()
    for window in (alice, bob):
        wait_for(lambda: texts(window) == wanted, seconds=40, what="all messages, once, in order")
    alice.console()  # Chromium logs the cut connections


def test_what_was_deleted_during_a_cut_goes(alice, proxy, deployment):
    open_through(proxy, alice, "/chat/deleting/")
    for text in ("one", "two", "three"):
        write(alice, text)
        alice.wait_text(text, ".message[data-number]")
    proxy.swallow()
    deployment.manage("shell", "-c", (
        "from chat.models import Message;"
        "Message.objects.filter(room__name='deleting', content='two').delete()"))
    proxy.cut()
    wait_for(lambda: texts(alice) == ["one", "three"], seconds=40, what="only what is left")
    alice.console()  # Chromium logs the cut connections


def test_anonymous_visitors_read(alice, new_window):
    alice.open_room("open")
    write(alice, "for everybody")
    visitor = new_window().open_room("open")
    visitor.wait_text("for everybody", ".chat-log")
    visitor.wait_for(".log-in")
    assert not visitor.find(".composer button:enabled")


def test_the_list_of_rooms_counts_live(alice, new_window):
    visitor = new_window().open_live("/chat/")
    alice.open_room("counted")
    visitor.wait_for('[data-room="counted"][data-online="1"]', seconds=30)
    alice.open("/links/")
    visitor.wait_for('[data-room="counted"][data-online="0"]', seconds=45)


def test_a_closed_room_says_so(alice, deployment):
    alice.open_room("closing")
    deployment.manage("shell", "-c", (
        "from chat.models import Room; room = Room.objects.get(name='closing');"
        "room.closed = True; room.save()"))
    alice.wait_for(".room-closed")
