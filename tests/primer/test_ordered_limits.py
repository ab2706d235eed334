"""
Each frame that comes too early makes the ordering dearer: a flood ends its socket.
"""
import pytest
from channels.sessions import session_for_reply_channel, wait_channel_name
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session

from primer import limits, sessions
from primer.consumers import ordered

from .test_ordered import PATH, Shuffled

pytestmark = [pytest.mark.django_db(transaction=True),
              pytest.mark.usefixtures("no_time_passes", "large_channels")]

MOST = limits.LIMITS["ordered"].anonymous


@pytest.fixture
def socket():
    return Shuffled(PATH).connect()


def arrive(socket, orders):
    for order in orders:
        socket.arrive("websocket.receive", order, text="x")
    socket.settle()


def messages(socket):
    return list(iter(socket.next, None))


def assert_closed(message):
    assert message["close"] == 4429
    assert '"rate_limited"' in message["text"] and '"retry_after": 10' in message["text"]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_flood_ends_the_socket_and_its_session(turn, socket, monkeypatch):
    arrive(socket, list(range(1, 201))[::turn])
    *_answers, last = messages(socket)
    assert_closed(last)
    assert Session.objects.count() == 0
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1010.0)
    arrive(socket, [201])  # however late
    assert (messages(socket), Session.objects.count()) == ([], 0)


def test_the_disconnect_removes_what_a_frame_in_work_began_anew(socket):
    arrive(socket, range(1, MOST + 2))
    session_for_reply_channel(socket.reply_channel).save(must_create=True)
    socket.arrive("websocket.disconnect", MOST + 2, code=4429)
    assert Session.objects.count() == 0


def test_what_is_put_aside_counts_once(socket):
    arrive(socket, range(MOST, 0, -1))
    assert [frame["order"] for frame in socket.frames()] == list(range(1, MOST + 1))
    arrive(socket, [MOST + 1])
    assert_closed(socket.next())


def test_nothing_that_was_put_aside_goes_on_after_the_end(socket):
    arrive(socket, range(MOST + 1, 0, -1))  # the last one that comes would have its turn
    message, = messages(socket)
    assert_closed(message)
    waiting = wait_channel_name(socket.reply_channel)
    assert len(socket.channel_layer._channels[waiting]) == MOST  # until the layer drops them


def test_an_end_that_came_too_early_leaves_no_session(socket):
    socket.arrive("websocket.disconnect", MOST + 2, code=1000)
    arrive(socket, range(MOST + 1, 0, -1))
    assert Session.objects.count() == 0


def test_a_frame_in_work_while_the_session_goes_is_no_failure(socket, monkeypatch):
    answer = ordered.answer

    def slow(message):
        sessions.end(message)  # as another worker does
        return answer(message)
    monkeypatch.setattr(ordered, "answer", slow)
    arrive(socket, [1])
    assert Session.objects.count() == 0


def test_a_session_that_went_otherwise_is_a_failure(socket, monkeypatch):
    def slow(message):
        Session.objects.all().delete()
        return {}
    monkeypatch.setattr(ordered, "answer", slow)
    with pytest.raises(UpdateError):
        arrive(socket, [1])


def test_a_user_is_limited_on_all_sockets_together(friend, alice):
    for count in (MOST // 2, MOST // 2):
        socket = friend(PATH, alice)
        for _ in range(count):
            socket.say("x")
        assert len(socket.frames()) == count
    socket.say("x")
    assert_closed(socket.next())


def test_anonymous_sockets_of_one_address_are_limited_together_and_close_nobody_else(friend, alice):
    for _ in range(2):
        socket = friend(PATH)
        for _ in range(MOST):
            socket.say("x")
        assert len(socket.frames()) == MOST
    anonymous, other, user = friend(PATH), friend(PATH, address="192.0.2.2"), friend(PATH, alice)
    anonymous.say("x")
    assert_closed(anonymous.next())
    for socket in (other, user):
        socket.say("x")
        assert socket.frame() == {"order": 1, "text": "x"}


def test_what_others_say_closes_no_socket(friend):
    for number in range(10):
        socket = friend(PATH, address="192.0.2.%d" % number)
        for _ in range(MOST):
            socket.say("x")
        assert len(socket.frames()) == MOST
