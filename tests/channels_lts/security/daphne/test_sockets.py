"""
What a browser sends, and how daphne handles it, on a clock that the tests control.
"""
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websocket import ABNF

from channels_lts.security.daphne import speedups

from .browser import CLOSE, HANDSHAKE, PING, PONG, Daphne, frame, text

DEFAULTS = {"SOCKET_BYTES": None, "ADDRESS_BYTES": None, "ADDRESS_FRAMES": None}
FRAGMENT = frame(ABNF.OPCODE_CONT, fin=0)
BEGIN, END = frame(ABNF.OPCODE_BINARY, b"a", fin=0), frame(ABNF.OPCODE_CONT, b"z")


@pytest.fixture
def limits(settings):
    def set_limits(**limits):
        settings.CHANNELS_LTS = dict(DEFAULTS, **limits)
    set_limits()
    return set_limits


@pytest.fixture
def daphne(limits):
    return Daphne()


# Messages as (text, fragments, control frames before each fragment)
MESSAGES = st.lists(st.tuples(
    st.text(max_size=300), st.integers(1, 4), st.sampled_from([b"", PING, PONG, PONG * 5])),
    max_size=15)


def encoded(content, parts, between):
    data = content.encode("utf8")
    step = len(data) // parts + 1
    pieces = [data[at:at + step] for at in range(0, step * parts, step)]
    return b"".join(
        between + frame(ABNF.OPCODE_CONT if number else ABNF.OPCODE_TEXT, piece,
                        fin=number == parts - 1)
        for number, piece in enumerate(pieces))


@given(messages=MESSAGES, read=st.integers(1, 1000), burst=st.integers(1, 500),
       rate=st.integers(500, 5000), frames=st.integers(1, 10))
def test_all_that_is_sent_arrives_in_its_order_however_it_is_split_and_held_back(
        django_settings, messages, read, burst, rate, frames):
    django_settings.CHANNELS_LTS = {
        "SOCKET_BYTES": (rate, burst), "ADDRESS_BYTES": (rate, burst),
        "ADDRESS_FRAMES": (100, frames)}
    daphne = Daphne()
    browser = daphne.open()
    data = b"".join(encoded(*message) for message in messages)
    browser.send(data, read)
    for _ in range(10000):
        if not (browser.unread or browser.is_held_back):
            break
        daphne.clock.turn(0.02)
        browser.write(read)
    assert daphne.received() == [content for content, _, _ in messages]
    assert browser.is_open


@given(messages=MESSAGES, read=st.integers(1, 1000))
def test_every_byte_and_every_frame_counts(django_settings, messages, read):
    django_settings.CHANNELS_LTS = {
        "SOCKET_BYTES": (1, 10 ** 9), "ADDRESS_BYTES": (1, 10 ** 9),
        "ADDRESS_FRAMES": (1, 10 ** 6)}
    daphne = Daphne()
    browser = daphne.open()
    data = b"".join(encoded(*message) for message in messages)
    browser.send(data, read)
    while browser.unread or browser.is_held_back:
        daphne.clock.turn()
        browser.write(read)
    client = browser.socket.client
    assert 10 ** 9 - client.bytes.left == len(HANDSHAKE) + len(data)
    assert 10 ** 9 - browser.socket.intake.own.left == len(HANDSHAKE) + len(data)
    expected = sum(parts * (1 + len(between) // len(PONG) if between != PING else 2)
                   for _, parts, between in messages)
    assert 10 ** 6 - client.frames.left == daphne.counted.get(browser.socket, 0) == expected


@pytest.mark.parametrize("setting", ["SOCKET_BYTES", "ADDRESS_BYTES"])
def test_who_sends_too_many_bytes_is_held_back_and_the_log_says_why(limits, setting):
    limits(**{setting: (1000, 20000)})
    daphne = Daphne()
    browser = daphne.open()
    for number in range(100):
        browser.send(text("x" * 1000))
    assert browser.is_held_back and browser.is_open
    daphne.let_pass(10, browser)
    assert 28000 <= sum(map(len, daphne.received())) <= 30000 + browser.socket.intake.slice_bytes
    assert len(daphne.log.lines) == 1 and setting in daphne.log.lines[0]
    daphne.let_pass(90, browser)
    assert len(daphne.received()) == 100


def test_who_keeps_to_the_budget_is_never_held_back(limits):
    limits(SOCKET_BYTES=(2000, 3000), ADDRESS_BYTES=(2000, 3000))
    daphne = Daphne()
    browser = daphne.open()
    for _ in range(50):
        browser.send(text("x" * 900))
        assert not browser.is_held_back
        daphne.clock.turn(0.5)
    assert daphne.log.lines == []


def test_the_sockets_of_an_address_share_its_budget_and_take_turns(limits):
    limits(ADDRESS_BYTES=(10000, 20000))
    daphne = Daphne()
    browsers = [daphne.open("2001:db8::%d" % number) for number in range(4)]
    for number, browser in enumerate(browsers):
        browser.send(text("%d" % number * 8000) * 50)
    daphne.let_pass(60, *browsers)
    got = [each[0] for each in daphne.received()]
    assert 70 <= len(got) <= 90
    assert all(abs(got.count("0") - got.count(each)) <= 4 for each in "123")


def test_who_waits_for_the_budget_of_an_address_is_not_overtaken(limits):
    limits(ADDRESS_BYTES=(1000, 1000))
    daphne = Daphne()
    waits, other = daphne.open(), daphne.open()
    waits.send(text("x" * 2000))
    waits.send(text("first"))
    daphne.clock.rightNow += 60  # daphne was busy, and no timer has run
    other.send(text("second"))
    daphne.let_pass(1, waits, other)
    assert daphne.received()[1:] == ["first", "second"]


def test_other_addresses_are_not_held_back(limits):
    limits(ADDRESS_BYTES=(1, 1000), ADDRESS_FRAMES=(1, 10))
    daphne = Daphne()
    flood, other = daphne.open("2001:db8::1"), daphne.open("2001:db8:0:1::1")
    flood.send(text("x" * 2000) * 20)
    other.send(text("in time"))
    daphne.let_pass(0.1, flood, other)
    assert flood.is_held_back and daphne.received()[-1] == "in time"


@pytest.mark.parametrize("kind", [PING, PONG, text(""), FRAGMENT], ids=str)
def test_frames_of_every_kind_are_held_back_when_an_address_sends_too_many(limits, kind):
    limits(ADDRESS_FRAMES=(10, 100))
    daphne = Daphne()
    browser = daphne.open()
    browser.send(BEGIN * (kind is FRAGMENT) + kind * 1000)
    daphne.let_pass(20, browser)
    assert 300 <= daphne.counted[browser.socket] <= 300 + browser.socket.most_frames
    assert "ADDRESS_FRAMES" in daphne.log.lines[0]


def test_a_new_connection_brings_no_new_budget(limits):
    limits(ADDRESS_BYTES=(100, 2000))
    daphne = Daphne()
    browser = daphne.open()
    browser.send(text("x" * 3000))
    browser.break_off()
    again = daphne.open()
    again.send(text("late"))
    assert again.is_held_back and "late" not in daphne.received()
    daphne.let_pass(30, again)
    assert "late" in daphne.received()
    again.break_off()
    daphne.let_pass(30)
    assert not daphne.clients.by_address and not daphne.clock.calls


def test_one_turn_works_on_a_bounded_number_of_frames_and_bytes(daphne):
    many, large = daphne.open(), daphne.open()
    many.send(PONG * 10000)
    assert daphne.counted[many.socket] == many.socket.most_frames
    many.socket.dropConnection()
    large.send(text("x" * 1000) * 40)
    turns = 0
    while large.is_held_back:
        before = len(daphne.received())
        daphne.clock.turn()
        turns += 1
        assert len(daphne.received()) - before <= 17
    assert turns >= 2 and len(daphne.received()) == 40


def test_many_sockets_together_get_no_more_of_a_turn_than_some_milliseconds(daphne):
    browsers = [daphne.open() for _ in range(10)]

    def work(channel, message):  # which takes a millisecond for each frame
        daphne.clock.rightNow += 0.001
        daphne.messages.append((channel, message))
    daphne.factory.channel_layer = SimpleNamespace(send=work)
    for browser in browsers:
        browser.socket.channel_layer = daphne.factory.channel_layer
        browser.send(text("x" * 1000) * 60)
    assert len(daphne.received()) <= 17, "the others wait for the first one's rest"
    while any(browser.is_held_back for browser in browsers):
        before = len(daphne.received())
        daphne.clock.turn()
        assert len(daphne.received()) - before <= 5 + 17
    assert len(daphne.received()) == 600


@pytest.mark.parametrize("kind", [PING, PONG, text(""), FRAGMENT], ids=str)
def test_a_frame_too_many_of_any_kind_ends_what_is_worked_on(limits, kind):
    daphne = Daphne(frames=20)
    browser = daphne.open()
    browser.send(BEGIN * (kind is FRAGMENT) + kind * 100000 + END)
    answered = len(browser.transport.value())
    for _ in range(1000):
        daphne.clock.turn()
        browser.write()
    assert not browser.unread, "it is read to the end, or the close wouldn't reach the browser"
    assert len(daphne.received()) <= 20
    assert len(browser.transport.value()) == answered or kind is PING
    assert browser.transport.value().count(b"\x8a\x01p") <= 20
    most = 20 + browser.socket.most_excess + browser.socket.most_frames
    assert daphne.counted[browser.socket] <= most


def test_a_close_is_no_frame_too_many(limits):
    daphne = Daphne(frames=1)
    browser = daphne.open()
    browser.send(text("only") + CLOSE)
    assert daphne.counted[browser.socket] == 1 and browser.close_code == 1000


def test_the_close_that_answers_ours_is_heard_after_a_frame_too_many(limits):
    daphne = Daphne(frames=20)
    browser = daphne.open()
    browser.send(text("") * 100)
    browser.socket.sendCloseFrame(code=1008)
    browser.send(CLOSE)
    daphne.let_pass(0.5, browser)
    browser.break_off()
    assert [message["code"] for channel, message in daphne.messages
            if channel == "websocket.disconnect"] == [1000]


def test_a_message_that_is_not_finished_in_time_closes_its_socket(limits):
    limits(MESSAGE_SECONDS=10)
    daphne = Daphne()
    slow, good = daphne.open(), daphne.open()
    slow.send(BEGIN)
    for _ in range(12):
        slow.send(PONG + FRAGMENT)
        good.send(BEGIN + END + BEGIN)
        daphne.let_pass(1)
        good.send(END)
    assert (slow.close_code, good.close_code) == (1008, None)
    slow.send(END)
    assert daphne.received() == [b"az"] * 24
    assert any("MESSAGE_SECONDS" in line for line in daphne.log.lines)


def test_a_message_that_daphne_holds_back_may_take_longer(limits):
    limits(MESSAGE_SECONDS=10, ADDRESS_BYTES=(1000, 5000))
    daphne = Daphne()
    browser = daphne.open()
    browser.send(text("x" * 120000))
    daphne.let_pass(150, browser)
    assert (browser.close_code, daphne.received()) == (None, ["x" * 120000])


def test_a_second_request_before_the_acceptance_is_none(daphne):
    browser = daphne.connect()
    browser.send(HANDSHAKE)
    daphne.let_pass(1, browser)
    assert len(daphne.received("websocket.connect")) == 1
    assert browser.transport.value() == b""


@pytest.fixture
def held_back(limits):
    """(daphne, a browser of which bytes wait)"""
    limits(SOCKET_BYTES=(10, 5000))
    daphne = Daphne()
    browser = daphne.open()
    browser.send(text("x" * 6000))
    browser.send(text("waits"))
    assert browser.is_held_back
    return daphne, browser


def test_a_pong_that_waits_is_not_taken_for_a_dead_browser(held_back):
    daphne, browser = held_back
    browser.socket._sendAutoPing()
    browser.socket.onAutoPingTimeout()
    assert browser.is_open
    daphne.let_pass(300, browser)
    browser.socket.onAutoPingTimeout()
    assert not browser.is_open


def test_what_waits_when_the_connection_breaks_arrives_before_the_disconnect(held_back):
    daphne, browser = held_back
    assert len(daphne.received()) == 1
    browser.break_off()
    channels = [channel for channel, _ in daphne.messages]
    assert daphne.received()[-1] == "waits" and channels[-1] == "websocket.disconnect"
    assert channels.count("websocket.receive") == 2


def test_a_socket_that_is_dropped_is_read_again_and_nothing_more_is_taken(held_back):
    daphne, browser = held_back
    browser.socket.dropConnection()
    assert not browser.is_held_back  # or TLS would never end
    browser.send(text("late") * 1000)
    daphne.let_pass(600, browser)
    assert len(daphne.received()) == 1 and not browser.is_held_back
    assert not browser.socket.intake.chunks


def test_when_daphne_ends_all_are_read_again(held_back):
    daphne, browser = held_back
    daphne.guard.stop()
    assert not browser.is_held_back
    browser.send(text("more"))
    assert not browser.is_held_back


def test_an_address_may_have_so_many_sockets_and_each_that_ends_makes_room(limits):
    limits(MAX_SOCKETS_PER_ADDRESS=2)
    daphne = Daphne()
    daphne.open("2001:db8::1")
    connecting = daphne.connect("2001:db8::2")
    assert "MAX_SOCKETS_PER_ADDRESS" in daphne.clients.refuses_socket("2001:db8::3")
    assert daphne.clients.refuses_socket("2001:db8:0:1::1") is None
    assert daphne.clients.refuses_socket(None) is None
    connecting.break_off()
    assert daphne.clients.refuses_socket("2001:db8::3") is None
    limits(MAX_SOCKETS_PER_ADDRESS=None)
    assert [daphne.open() for _ in range(5)] and daphne.clients.refuses_socket("192.0.2.1") is None


def test_a_slow_installation_is_told_of():
    class Slow:
        """In pure Python, as autobahn's own."""
    assert "install wsaccel" in speedups.missing([Slow])
    assert speedups.missing() is None


def test_an_address_that_comes_back_still_has_in_the_channel_what_waits_there(daphne):
    browser = daphne.open()
    window = browser.socket.client.window
    window.add("key", 0, daphne.clock.seconds() + 60)
    browser.break_off()
    daphne.let_pass(30)
    again = daphne.open()
    assert again.socket.client.window is window
    again.break_off()
    daphne.let_pass(31)
    assert not daphne.clients.by_address and not daphne.clock.calls


def test_while_its_address_has_too_much_waiting_a_socket_is_not_read_and_loses_nothing(daphne):
    browser, other = daphne.open(), daphne.open("192.0.2.2")
    window = browser.socket.client.window
    for _ in range(window.most):
        window.hold(1)
    browser.send(text("one") + text("two"))
    other.send(text("other"))
    daphne.let_pass(1, browser, other)
    assert browser.is_held_back and daphne.received() == ["other"]
    assert any("ADDRESS_FRAMES_WAITING" in line for line in daphne.log.lines)
    window.let_go(1)
    daphne.let_pass(1, browser)
    assert not browser.is_held_back and daphne.received() == ["other", "one", "two"]
