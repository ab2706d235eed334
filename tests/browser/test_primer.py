"""
The primer's panels in a real deployment. The front end's own tests cover how a panel handles its
frames.
"""
import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.live.deployment import Browser

from ..support.admin import AdminPage
from ..support.waiting import wait_for

PANELS = ["echo", "class", "streams", "binding", "visitor", "ordered", "poll", "raw", "background",
          "later", "news"]
VALUES = "/admin/primer/integervalue/"
# It is visible and not covered by another element.
IS_ON_TOP = (
    "const { x, y, width, height } = arguments[0].getBoundingClientRect();"
    "return document.elementFromPoint(x + width / 2, y + height / 2) === arguments[0]")


@pytest.fixture
def primer(new_window):
    return lambda *keys: scroll(new_window().open("/primer/"), *keys)


def scroll(window, *keys):
    """Scrolls to each of these panels in turn, and waits until it is connected."""
    for key in keys:
        window.script("document.getElementById(arguments[0]).scrollIntoView()", key)
        if key != "raw":
            window.wait_for('#%s [data-connected="true"]' % key)
    return window


def press(window, key, text="Send"):
    """Clicks the panel's button from a script, so that scrolling can't make it miss."""
    return window.script(
        "const [key, text] = arguments;"
        "const all = Array.from(document.querySelectorAll('#' + key + ' .live-panel button'));"
        "all.find(button => button.textContent === text).click()", key, text)


def fill(window, key, name, value):
    """Replaces the field's content; React may not notice Selenium's clear()."""
    box = window.wait_for('#%s [name="%s"]' % (key, name))
    box.send_keys(Keys.CONTROL + "a")
    box.send_keys(value)


def frames(window, key):
    """The frames in the panel's log: [arrow, text, time], or [arrow, text] without a time."""
    return window.script(
        "return Array.from(document.querySelectorAll('#' + arguments[0] + ' .frame'), line =>"
        " ['.arrow', 'code', '.took'].map(part => line.querySelector(part))"
        " .filter(Boolean).map(part => part.textContent)).filter(parts => parts.length > 0)", key)


def received(window, key, text):
    """The received frame that contains `text`."""
    return wait_for(
        lambda: [frame for frame in frames(window, key) if frame[0] == "↓" and text in frame[1]],
        15, "%r received by %s" % (text, key))[0]


def is_timed(frame):
    return len(frame) == 3 and re.match(r"[\d,]+\.\d\u00a0ms\Z", frame[2]) is not None


def test_an_echo_reaches_everybody_and_its_sender_sees_how_long_it_took(primer):
    sender, other = primer("echo"), primer("echo")
    fill(sender, "echo", "text", "to all <b>")
    press(sender, "echo")
    assert is_timed(received(sender, "echo", "to all <b>"))
    assert received(other, "echo", "to all <b>") == ["↓", "to all <b>"]
    assert other.find("#echo b") == []


def test_a_value_changes_on_the_open_page_from_anywhere(primer, deployment):
    admin = Browser(deployment)
    admin.log_in("admin")
    page, other = primer("binding"), primer("binding")
    admin.post(VALUES + "add/", {"name": "counted", "value": "1"})
    row = page.wait_for('#binding tr[aria-label="counted"]').get_attribute("data-pk")
    AdminPage(admin, "%s%s/change/" % (VALUES, row)).send(value="41")
    wait_value(page, row, "41")
    press_in(page, row, "+")
    wait_value(page, row, "42")
    wait_value(other, row, "42")
    assert is_timed(received(page, "binding", '"updated"'))
    press_in(other, row, "Delete")
    page.wait_gone(row_of(row))


def row_of(pk):
    return '#binding tr[data-pk="%s"]' % pk


def wait_value(window, pk, value):
    wait_for(lambda: window.text(row_of(pk) + " .value") == value, 15, "the value " + value)


def press_in(window, pk, text):
    window.script(
        "Array.from(document.querySelectorAll(arguments[0] + ' button'))"
        ".find(button => button.textContent === arguments[1]).click()", row_of(pk), text)


def test_news_answer_the_poll_and_reach_the_socket(primer):
    page = primer("poll")
    page.wait_for('#news [data-connected="true"]')  # the panel posts over the news panel's socket
    fill(page, "poll", "text", "extra")
    press(page, "poll", "Say")
    assert is_timed(received(page, "poll", '"news": "extra"'))
    assert is_timed(received(page, "news", '"news": "extra"'))
    number = re.search(r'"number": (\d+)', received(page, "poll", "extra")[1]).group(1)
    wait_for(lambda: frames(page, "poll")[-1] == ["↑", "GET /primer/poll/?after=" + number], 15,
             "the next poll")


def test_requests_without_a_view_and_work_in_the_background_are_answered(primer):
    page = primer("raw", "background")
    press(page, "raw", "Ask")
    assert is_timed(received(page, "raw", '200 {"method": "GET"'))
    fill(page, "background", "primes_below", "100")
    press(page, "background", "Count")
    assert is_timed(received(page, "background", '"accepted"'))
    assert is_timed(received(page, "background", '"count": 25'))


def test_bytes_order_streams_and_the_visitor(primer):
    page = primer("class", "streams", "visitor", "ordered")
    press(page, "class", "Send bytes")
    assert received(page, "class", "0x 48 65 6c 6c 6f (5)")
    press(page, "streams")
    assert is_timed(received(page, "streams", "original_message"))
    press(page, "visitor", "Who am I?")
    assert is_timed(wait_for(lambda: frames(page, "visitor")[2:], 15, "the second answer")[0])
    press(page, "ordered", "Send five")
    received(page, "ordered", "Hello 5")
    orders = [text for arrow, text, *_ in frames(page, "ordered") if arrow == "↓"]
    assert orders == ['{"order": %d, "text": "Hello %d"}' % (n, n) for n in range(1, 6)]


def test_a_panel_is_closed_and_opened(primer):
    page = primer("echo")
    press(page, "echo", "Close")
    page.wait_for('#echo [data-connected="false"]')
    assert page.find("#echo form button")[0].is_enabled() is False
    press(page, "echo", "Open")
    page.wait_for('#echo [data-connected="true"]')
    press(page, "echo")
    assert is_timed(received(page, "echo", "Hello"))
    notes = [line.text for line in page.find("#echo .frame-note .note")]
    assert notes == ["connection open", "connection closed", "connection open"]


@pytest.mark.parametrize("is_phone", [False, True])
def test_the_way_back_to_the_contents_stays_in_sight(is_phone, primer, new_window):
    page = new_window().open("/primer/")
    if is_phone:
        page.be_phone()
    page.script("document.querySelector('#class .primer-text').scrollIntoView({block: 'end'})")
    link, = page.find('#class a[href="#contents"]')
    assert page.script(IS_ON_TOP, link)
    link.click()
    wait_for(lambda: page.script(IS_ON_TOP, page.find('#contents a[href="#class"]')[0]), 15,
             "the contents in sight")


def test_code_is_read_without_scrolling_sideways(primer):
    page = primer()
    page.wait_for(".primer-example pre")
    hidden = page.script(
        "return Array.from(document.querySelectorAll('.primer-example'), example =>"
        " Array.from(example.querySelectorAll('pre'),"
        " code => code.scrollWidth - code.clientWidth))")
    assert len(hidden) == len(PANELS)
    for pixels in hidden:  # for each example, the overflow of its code blocks
        assert pixels and max(pixels) <= 0


@pytest.mark.parametrize("height", [700, 900])  # less the browser's own bars
def test_a_panel_stays_in_sight_beside_what_is_said_of_it(height, new_window):
    page = new_window(size=(1280, height)).open("/primer/")
    panel = page.wait_for("#class .live-panel")
    page.script("document.querySelector('#class .primer-text').scrollIntoView({block: 'end'})")
    assert page.script(
        "const { top, bottom } = arguments[0].getBoundingClientRect();"
        "return top > 0 && bottom <= window.innerHeight", panel)


def test_too_much_is_refused_in_words(primer):
    page = primer("background")
    wait_for(lambda: is_refused(page, "background", "Count", times=6), 60, "too much at one time")
    assert "rate_limited" in received(page, "background", "error")[1]


def is_refused(page, key, text, times):
    """
    Whether the last of these clicks was rate limited. A limit's window may end between them; a
    retry then falls into the next one.
    """
    def answered():
        return sum(arrow == "↓" and ("accepted" in frame or "error" in frame)
                   for arrow, frame, *_ in frames(page, key))
    before = answered()
    for _ in range(times):
        press(page, key, text)
    wait_for(lambda: answered() == before + times, 15, "an answer to each click")
    return "Too fast" in page.text("#%s .hint" % key)


def test_a_refused_value_stays_in_its_field_with_the_reason_beside_it_on_a_phone(
        new_window, deployment):
    admin = Browser(deployment)
    admin.log_in("admin")
    phone = new_window().be_phone("es").open("/primer/")
    scroll(phone, "binding")
    admin.post(VALUES + "add/", {"name": "refused", "value": "1"})
    row = phone.wait_for('#binding tr[aria-label="refused"]').get_attribute("data-pk")
    field = '[name="set-%s"]' % row
    # Otherwise the browser's own validation would block the submission.
    phone.script("document.querySelector(arguments[0]).removeAttribute('max')", field)
    fill(phone, "binding", "set-" + row, "99999999999")
    press_in(phone, row, "Fijar")
    assert "entero" in phone.wait_for(row_of(row) + " .refusal").text
    assert phone.find(field)[0].get_attribute("value") == "99999999999"
    assert phone.text("#binding .hint") == ""
    assert phone.overflow() <= 0


@pytest.mark.parametrize("language, hello", [("en", "Hello"), ("es", "Hola")])
def test_every_panel_fits_a_phone(language, hello, new_window):
    phone = new_window().be_phone(language).open("/primer/")
    scroll(phone, *PANELS)
    assert phone.overflow() <= 0
    fill(phone, "class", "text", hello + "w" * 300)
    phone.submit("#class form button")
    received(phone, "class", hello)
    assert phone.overflow() <= 0
    code, panel = (phone.script(
        "return document.querySelector(arguments[0]).getBoundingClientRect().right", part)
        for part in ("#class pre", "#class .live-panel"))
    assert max(code, panel) <= 375


def test_no_button_of_a_panel_is_on_a_line_of_its_own_in_spanish(new_window):
    page = new_window().speak("es").open("/primer/")
    scroll(page, *PANELS)
    assert page.text("#ordered .switch") == "Cerrar"
    heights = page.script(
        "return Array.from(document.querySelectorAll('.live-panel .toolbar'), e => e.offsetHeight)")
    assert len(heights) == len(PANELS) and set(heights) == {heights[0]}
    assert page.script(
        "const box = document.querySelector('.values-box');"
        "return box.scrollWidth - box.clientWidth") == 0
