"""
What daphne sends while Redis is slow, away or full, on a clock that the tests control.
"""
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ConnectionError, ResponseError
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, envelope
from channels_lts.layers.redis.counters import DROPPED, SENT
from channels_lts.layers.redis.daphne.deadlines import Deadlines
from channels_lts.layers.redis.daphne.flow_control import FlowControl
from channels_lts.layers.redis.daphne.in_flight import InFlight
from channels_lts.layers.redis.daphne.sender import Sender

DISCONNECT, FRAME, PAGE = "websocket.disconnect", "websocket.receive", "http.request"
OOM = ResponseError("OOM command not allowed when used memory > 'maxmemory'.")


class Client:
    """A server that answers when the test says."""
    is_up = True

    def __init__(self):
        self.waiting = []  # (payload of a message, callable)
        self.closed = []  # (key of a socket that has closed, what was sent before it)

    def command(self, arguments, answered):
        assert arguments[0] == "SET"
        self.closed.append((arguments[1], len(self.waiting)))

    def script(self, script, keys, arguments, answered):
        self.waiting.append((arguments[3], answered))

    def answer(self, answer):
        """Gives one answer to all that wait, in their order; returns the payloads."""
        waiting, self.waiting = self.waiting, []
        for _, answered in waiting:
            answered(answer)
        return [payload for payload, _ in waiting]


class Admission:
    def __init__(self):
        self.refused = []

    def is_refused(self, envelope):
        return False

    def refuse(self, envelope, may_have_arrived=False):
        self.refused.append(envelope.message)


class Scene:
    def __init__(self, in_flight=None, clients=1, is_starting=False):
        self.clock = Clock()
        self.layer = RedisChannelLayer()
        self.clients = [Client() for _ in range(clients)]
        self.client = self.clients[0]
        self.layer.shards_for = lambda channel: list(range(clients))
        self.admission = Admission()
        self.sender = Sender(self.clock, self.layer, self.clients, self.admission,
                             lambda reply_channel: None)
        for each in self.sender.shards.in_flight:
            vars(each).update(in_flight or {})
        if not is_starting:
            self.sender.connected()

    def send(self, channel, number=0, size=0):
        message = {"number": number, "body": b"x" * size, "reply_channel": "d!%d" % number}
        self.sender.send(envelope.write(self.layer, channel, message))

    def numbers(self, payloads):
        return [self.layer.deserialize(payload)["number"] for payload in payloads]


@pytest.fixture
def scene():
    return Scene()


@pytest.mark.parametrize("answer", [0, OOM])
def test_disconnects_without_room_are_tried_in_batches_and_ever_later(scene, answer, log):
    for number in range(200):
        scene.send(DISCONNECT, number)
    scene.client.answer(answer)
    tries = []
    for _ in range(70 * 8):
        scene.clock.advance(1 / 8)
        if scene.client.waiting:
            tries.append((scene.clock.seconds(), len(scene.client.waiting)))
            scene.client.answer(answer)
    times, sizes = zip(*tries)
    assert set(sizes) == {50}
    gaps = [later - earlier for earlier, later in zip((0,) + times, times)]
    assert gaps[:4] == [0.25, 0.5, 1, 2] and set(gaps[4:]) == {2}
    assert 58 <= times[-1] <= 60
    assert len(scene.admission.refused) == 200
    assert not scene.sender.retries.buffer and not scene.sender.retries.buffer.bytes
    assert ("it is full" if answer == 0 else "OOM command not allowed") in log.text
    assert scene.layer.counters.take() == {(DISCONNECT, DROPPED): 200}


@pytest.mark.parametrize("answers", [[0, OOM], [OOM, 0], [OOM, OOM], [0, ConnectionError("gone")]])
def test_a_disconnect_that_fails_for_changing_reasons_is_counted_once(scene, answers, log):
    scene.send(DISCONNECT)
    for answer in answers:
        scene.clock.advance(0.25)
        scene.client.answer(answer)
    scene.clock.pump([0.25] * 260)
    while scene.client.waiting:
        scene.client.answer(OOM)
        scene.clock.pump([0.25] * 260)
    assert scene.layer.counters.take() == {(DISCONNECT, DROPPED): 1}


def test_what_is_taken_counts_as_sent_when_redis_says_so(scene):
    scene.send(PAGE)
    scene.send(FRAME)
    assert scene.layer.counters.take() == {}
    scene.client.answer(1)
    assert scene.layer.counters.take() == {(PAGE, SENT): 1, (FRAME, SENT): 1}


def test_what_is_for_a_process_that_has_ended_is_neither_sent_nor_dropped(scene, log):
    scene.send("daphne.response.gone!x")
    scene.client.answer(2)
    assert scene.layer.counters.take() == {} and log.lines == []


def test_what_is_taken_at_the_second_try_counts_once(scene):
    scene.send(DISCONNECT)
    for answer in (0, 1):
        scene.client.answer(answer)
        scene.clock.advance(0.25)
    assert scene.layer.counters.take() == {(DISCONNECT, SENT): 1}


def test_a_full_channel_at_the_end_is_told_of_once(scene, log):
    scene.send(DISCONNECT)
    scene.client.answer(0)
    Blocking(scene, scene.layer.ChannelFull())
    scene.sender.hand_over()
    assert log.lines == [] and scene.layer.counters.take() == {}


@pytest.mark.parametrize("answer", [0, OOM])
def test_disconnects_go_at_once_when_there_is_room_again(scene, answer):
    for number in range(200):
        scene.send(DISCONNECT, number)
    scene.client.answer(answer)
    arrived = []
    for _ in range(8):
        scene.clock.advance(0.25 if not arrived else 0)
        arrived += scene.numbers(scene.client.answer(1))
    assert arrived == list(range(200))
    assert scene.admission.refused == []


def test_that_a_socket_has_closed_is_said_before_its_disconnect(scene):
    scene.send(DISCONNECT, 7)
    (key, before), = scene.client.closed
    assert key.startswith(scene.layer.prefix + ":closed:") and before == 0


def test_a_disconnect_without_room_survives_a_redis_that_goes(scene):
    scene.send(DISCONNECT, 7)
    scene.client.answer(0)
    scene.clock.advance(0.25)
    scene.client.is_up = False
    scene.client.answer(ConnectionError("gone"))
    scene.clock.advance(3)
    scene.client.is_up = True
    scene.clock.advance(3)
    assert scene.numbers(scene.client.answer(1)) == [7]


def test_a_frame_that_a_redis_without_memory_refuses_closes_its_socket_at_once(scene, log):
    scene.send(FRAME)
    scene.client.answer(OOM)
    assert len(scene.admission.refused) == 1


def test_a_frame_waits_five_seconds_for_room_in_its_channel(scene, log):
    for number in range(3):
        scene.send(FRAME, number)
    tries = []
    for _ in range(5 * 64 + 32):
        tries += scene.client.answer(0)
        scene.clock.advance(1 / 64)
    assert [message["number"] for message in scene.admission.refused] == [0, 1, 2]
    assert "not taken: it is full" in log.text
    fewest = 3 * 5 / FlowControl.longest  # a pause is random, at least half of the longest
    assert fewest <= len(tries) <= 2 * fewest + 30
    scene.clock.advance(1)
    assert not scene.client.waiting and not scene.sender.flow.queue.bytes


def test_what_has_waited_for_room_goes_out_in_its_order(scene):
    for number in range(3):
        scene.send(FRAME, number)
    scene.client.answer(0)
    scene.send(FRAME, 3)
    arrived = []
    while not arrived or scene.client.waiting:
        scene.clock.advance(0.25)
        arrived += scene.numbers(scene.client.answer(1))
    assert arrived == [0, 1, 2, 3] and scene.admission.refused == []


SMALL = 60000  # bytes


def test_what_is_on_its_way_to_a_redis_that_hangs_is_bounded(scene, log):
    sent = 0
    with pytest.raises(scene.layer.ChannelFull):
        while sent < 1000:
            scene.send(PAGE, size=SMALL)
            sent += 1
    assert InFlight.most_bytes // SMALL - 10 < sent <= InFlight.most_bytes // SMALL
    with pytest.raises(scene.layer.ChannelFull):
        scene.send("websocket.connect")
    assert "2 messages" not in log.text and "Redis is too slow" in log.text
    scene.send(FRAME, 5)  # waits, as while Redis is away
    scene.send(DISCONNECT, 6)
    assert len(scene.client.answer(1)) == sent
    assert scene.numbers(scene.client.answer(1)) == [5, 6]
    scene.send(PAGE, 8)
    assert scene.numbers(scene.client.answer(1)) == [8]


def test_small_letters_are_bounded_by_number(log):
    scene = Scene(in_flight={"most": 10})
    for number in range(10):
        scene.send(PAGE, number)
    with pytest.raises(scene.layer.ChannelFull):
        scene.send(PAGE)


def test_a_server_with_room_takes_what_one_that_hangs_has_no_room_for():
    scene = Scene(in_flight={"most": 10}, clients=2)
    for number in range(20):
        scene.send(PAGE, number)
    assert [len(client.waiting) for client in scene.clients] == [10, 10]


def test_a_frame_waits_five_seconds_for_a_redis_that_hangs(log):
    scene = Scene(in_flight={"most": 1})
    scene.send(PAGE)
    scene.send(FRAME)
    scene.clock.advance(4.75)
    assert scene.admission.refused == []
    scene.clock.pump([0.25, 0.25])
    assert len(scene.admission.refused) == 1
    assert not scene.sender.flow.queue and not scene.sender.flow.queue.bytes


def test_what_waits_is_bounded(log):
    scene = Scene(in_flight={"most": 1})
    scene.send(PAGE)
    scene.sender.flow.queue.most_bytes = 2000
    for number in range(20):
        scene.send(FRAME, number, size=100)
    assert 1000 <= scene.sender.flow.queue.bytes < 1300
    # Its socket is closed without ChannelFull: daphne would otherwise not send its disconnect.
    assert scene.admission.refused[-1]["number"] == 19


def test_frames_that_wait_leave_room_to_disconnects(log):
    scene = Scene(in_flight={"most": 1})
    scene.send(PAGE)
    scene.sender.flow.queue.most = 20
    for number in range(100):
        scene.send(FRAME, number)
    assert len(scene.admission.refused) == 90
    for number in range(100, 110):
        scene.send(DISCONNECT, number)
    with pytest.raises(scene.layer.ChannelFull):
        scene.send(DISCONNECT)
    arrived = []
    while scene.client.waiting:
        arrived += scene.numbers(scene.client.answer(1))
    assert arrived[1:] == list(range(10)) + list(range(100, 110))


LARGE = 15 * 2 ** 20


def test_uploads_leave_room_to_pages_and_wait_for_each_other(scene, log):
    for number in range(3):
        scene.send(PAGE, number, size=LARGE)
    for number in range(3, 100):
        scene.send(PAGE, number)
    assert scene.numbers(scene.client.answer(1)) == [0] + list(range(3, 100))
    assert scene.numbers(scene.client.answer(1)) == [1]
    assert scene.numbers(scene.client.answer(1)) == [2]
    assert log.lines == []


def test_an_upload_of_more_than_half_goes_alone(scene):
    for number in range(2):
        scene.send(PAGE, number, size=InFlight.most_bytes // 2 + 1000)
    assert scene.numbers(scene.client.answer(1)) == [0]
    assert scene.numbers(scene.client.answer(1)) == [1]


def test_where_nothing_counts_as_large_all_have_the_same_room(scene, settings):
    settings.CHANNELS_LTS = {"LARGE_BODY": None}
    for number in range(2):
        scene.send(PAGE, number, size=LARGE)
    assert scene.numbers(scene.client.answer(1)) == [0, 1]


def test_an_upload_that_waits_is_not_overtaken_by_smaller_ones(scene):
    for number, size in enumerate((LARGE, LARGE, 100000)):
        scene.send(PAGE, number, size)
    assert scene.numbers(scene.client.answer(1)) == [0]
    assert scene.numbers(scene.client.answer(1)) == [1, 2]


def test_uploads_that_wait_are_bounded_in_bytes_and_in_time(scene, log):
    for number in range(4):
        scene.send(PAGE, number, size=LARGE)
    with pytest.raises(scene.layer.ChannelFull):
        scene.send(PAGE, size=LARGE)
    scene.clock.pump([0.25] * 4 * 9)
    assert scene.admission.refused == []
    scene.clock.pump([0.25] * 8)
    assert [message["number"] for message in scene.admission.refused] == [1, 2, 3]
    assert scene.numbers(scene.client.answer(1)) == [0] and not scene.sender.uploads.buffer.bytes


def test_an_upload_does_not_wait_for_a_redis_that_is_away(scene, log):
    scene.client.is_up = False
    with pytest.raises(scene.layer.ChannelFull):
        scene.send(PAGE, size=LARGE)


@pytest.fixture
def starting():
    """Before the first connection is made."""
    scene = Scene(is_starting=True)
    scene.client.is_up = False
    return scene


def test_what_comes_before_the_first_connection_waits_for_it(starting):
    for number, channel in enumerate((PAGE, "websocket.connect", FRAME)):
        starting.send(channel, number)
    starting.client.is_up = True
    starting.sender.connected()
    assert starting.numbers(starting.client.answer(1)) == [0, 1, 2]


def test_a_page_does_not_wait_for_ever_for_the_first_connection(starting, log):
    starting.send(PAGE)
    starting.clock.pump([Deadlines.start_seconds, 0.25, 0.25])
    assert len(starting.admission.refused) == 1


def test_a_page_does_not_wait_for_a_redis_that_is_known_to_be_away(starting, log):
    starting.layer.outages[0].begin("refused")
    with pytest.raises(starting.layer.ChannelFull):
        starting.send(PAGE)


class Blocking:
    """The layer's blocking way, in the last minute of a daphne."""

    def __init__(self, scene, error=None):
        self.sent = []
        self.error = error
        scene.layer.send = self.send

    def send(self, channel, message):
        if self.error:
            raise self.error
        self.sent.append(message["number"])


def give_up(scene):
    """What a stopping daphne does about a client that doesn't answer."""
    scene.client.is_up = False
    scene.client.answer(ConnectionError("stopping"))


def test_what_a_silent_redis_owes_an_answer_to_is_handed_over_at_the_end(scene):
    blocking = Blocking(scene)
    for number in range(2):
        scene.send(DISCONNECT, number)
    scene.client.answer(0)
    scene.clock.advance(0.25)  # both are tried again
    scene.send(FRAME, 2)
    scene.send(DISCONNECT, 3)
    give_up(scene)
    scene.sender.hand_over()
    assert sorted(blocking.sent) == [0, 1, 2, 3]


def test_what_can_not_be_handed_over_is_told_of_and_counted(scene, log):
    Blocking(scene, ConnectionError("is away"))
    scene.send(FRAME)
    give_up(scene)
    scene.sender.hand_over()
    assert "websocket.receive not taken: ConnectionError('is away')" in log.text
    assert scene.layer.counters.take() == {(FRAME, DROPPED): 1}


def test_an_http_disconnect_that_nobody_wants_is_counted_and_not_told_of(scene, log):
    for _ in range(3):
        scene.send("http.disconnect")
        scene.client.answer(0)
    assert scene.layer.counters.take() == {("http.disconnect", DROPPED): 3}
    assert log.lines == []


STEPS = st.lists(st.sampled_from(["send", "send", "answer", "cut", "up", "wait"]), max_size=80)


@given(steps=STEPS)
def test_frames_arrive_in_their_order_whatever_happens_to_redis(steps):
    scene = Scene(in_flight={"most": 3})
    client, sent, arrived = scene.client, 0, []
    for step in steps + ["up"] + 100 * ["answer"]:
        if step == "send":
            scene.send(FRAME, sent)
            sent += 1
        elif step == "answer" and client.waiting:
            payload, answered = client.waiting.pop(0)
            arrived += scene.numbers([payload])
            answered(1)
        elif step == "cut":
            client.is_up = False
            client.answer(ConnectionError("gone"))
        elif step == "up" and not client.is_up:
            client.is_up = True
            scene.sender.flush()
        elif step == "wait":
            scene.clock.advance(0.05)
    assert arrived == list(range(sent))
    assert not scene.sender.is_busy() and not scene.sender.flow.queue.bytes
