"""
Whose frames wait when workers are slower than browsers, on a clock that the tests turn.
"""
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, envelope, scripts
from channels_lts.layers.redis.daphne.sender import Sender
from channels_lts.security.daphne.window import Window

DISCONNECT, FRAME = "websocket.disconnect", "websocket.receive"
SHARE, CAPACITY = 4, 20


class Server:
    """A Redis with one channel for frames; it answers when the test says."""
    is_up = True

    def __init__(self, capacity):
        self.capacity = capacity
        self.waiting = []  # [key of a message, its payload], as workers find them
        self.ended = []  # payloads of disconnects
        self.answers = []  # callables
        self.asked = 0

    def script(self, script, keys, arguments, answered):
        payload, channel, key = arguments[3], arguments[4], arguments[6]
        answer = scripts.TAKEN
        if channel == DISCONNECT:
            self.ended.append(payload)
        elif len(self.waiting) >= self.capacity:
            answer = scripts.FULL
        else:
            self.waiting.append((key, payload))
        self.answers.append(lambda: answered(answer))

    def command(self, arguments, answered):
        if arguments[0] == "SET":  # a socket has closed
            return
        assert arguments[0] == "EXISTS"
        self.asked += 1
        count = len({key for key, _ in self.waiting} & set(arguments[1:]))
        self.answers.append(lambda: answered(count))

    def answer(self):
        answers, self.answers = self.answers, []
        for each in answers:
            each()


class Admission:
    def __init__(self):
        self.refused = []

    def is_refused(self, envelope):
        return False

    def refuse(self, envelope, may_have_arrived=False):
        self.refused.append(envelope.message["reply_channel"])


class Scene:
    """Sockets are named "address.number"."""

    def __init__(self, capacity=CAPACITY, share=SHARE):
        self.clock = Clock()
        self.layer = RedisChannelLayer()
        self.layer.shards_for = lambda channel: [0]
        self.server = Server(capacity)
        self.admission = Admission()
        self.share = share
        self.windows = {}
        self.gone = set()  # sockets
        self.sender = Sender(self.clock, self.layer, [self.server], self.admission, self.window_of)
        self.sender.connected()
        self.taken = []  # (socket, number)
        self.count = 0

    def window_of(self, reply_channel):
        socket = reply_channel.split("!")[1]
        if socket in self.gone:
            return None
        address = socket.split(".")[0]
        return self.windows.setdefault(address, Window(self.share))

    def send(self, socket, channel=FRAME):
        self.count += 1
        if channel == DISCONNECT:
            self.gone.add(socket)
        self.sender.send(envelope.write(self.layer, channel, {
            "reply_channel": "daphne!" + socket, "number": self.count}))

    def settle(self):
        while self.server.answers:
            self.server.answer()

    def read(self, payload):
        message = self.layer.deserialize(payload)
        return message["reply_channel"].split("!")[1], message["number"]

    def take(self):
        """A worker takes a frame, if there is one."""
        if self.server.waiting:
            _, payload = self.server.waiting.pop(0)
            self.taken.append(self.read(payload))

    def work(self):
        """Workers take everything there is, and whatever follows."""
        while self.server.waiting or self.sender.flow:
            self.take()
            self.clock.advance(0.25)
            self.settle()

    def in_channel(self):
        return [self.read(payload)[0] for _, payload in self.server.waiting]


@pytest.fixture
def scene():
    return Scene()


def test_an_address_has_its_share_of_the_channel_and_others_pass_what_waits(scene):
    for number in range(3 * SHARE):
        scene.send("flood.%d" % (number % 3))
        scene.settle()
    scene.send("other.1")
    scene.settle()
    assert scene.in_channel() == ["flood.%d" % (number % 3) for number in range(SHARE)] + [
        "other.1"]
    scene.work()
    assert sorted(scene.taken, key=lambda each: each[1]) == [
        each for each in scene.taken if each[0] != "other.1"] + [("other.1", 13)]
    assert scene.admission.refused == []


def test_while_as_many_wait_as_its_share_nothing_more_of_an_address_is_read(scene):
    for _ in range(2 * SHARE - 1):
        scene.send("flood.1")
    assert not scene.windows["flood"].wait()
    scene.send("flood.2")
    assert scene.windows["flood"].wait()
    scene.settle()
    scene.take()
    scene.clock.advance(1)
    scene.settle()
    assert not scene.windows["flood"].wait()


def test_large_frames_are_held_by_their_bytes():
    window = Window(SHARE)
    window.hold(Window.most_bytes)
    assert window.wait()
    window.let_go(Window.most_bytes)
    assert not window.wait()


def test_who_sends_no_faster_than_workers_take_never_waits():
    scene = Scene(share=40)
    for number in range(100):
        scene.send("writer.1")
        assert not scene.sender.flow
        scene.settle()
        scene.take()
    assert scene.server.asked <= 100 // 19 + 1
    assert len(scene.taken) == 100


def test_while_no_worker_takes_anything_redis_is_asked_four_times_a_second_for_an_address(scene):
    for _ in range(2 * SHARE):
        scene.send("flood.1")
    asked = []
    for _ in range(50 * 64):
        scene.settle()
        scene.clock.advance(1 / 64)
        asked.append(scene.server.asked)
    assert asked[-1] - asked[10 * 64] <= 4 * 40
    assert scene.admission.refused == []


def test_a_disconnect_comes_after_the_frames_of_its_socket_and_behind_no_others(scene):
    for _ in range(SHARE):
        scene.send("flood.1")
    scene.send("flood.2")
    scene.send("flood.2", DISCONNECT)
    scene.send("flood.1", DISCONNECT)
    scene.settle()
    assert [scene.read(payload)[0] for payload in scene.server.ended] == ["flood.1"]
    scene.work()
    assert [scene.read(payload)[0] for payload in scene.server.ended] == ["flood.1", "flood.2"]


def test_no_share_lets_everything_through(scene):
    scene.share = float("inf")
    for _ in range(CAPACITY):
        scene.send("flood.1")
    assert len(scene.in_channel()) == CAPACITY and not scene.windows["flood"].sent


def test_when_the_channel_is_full_addresses_take_turns(scene):
    for number in range(2 * CAPACITY):
        scene.send("flood%d.1" % (number % 10))
    scene.settle()
    scene.send("other.1")
    scene.work()
    # What was there before, and at most one from each address ahead of it.
    assert scene.taken.index(("other.1", 2 * CAPACITY + 1)) <= CAPACITY + 10
    assert len(scene.taken) == 2 * CAPACITY + 1 and scene.admission.refused == []


def test_a_turn_that_found_the_channel_full_comes_again_before_those_of_others():
    scene = Scene(capacity=6, share=40)
    for number in range(36):
        scene.send("flood%d.1" % (number % 3))
    scene.settle()
    scene.send("other.1")
    scene.work()  # there is one place for each try
    assert scene.taken.index(("other.1", 37)) <= 6 + 2 * 3


def test_where_too_much_waits_for_redis_the_address_with_the_most_loses_frames(scene):
    scene.server.is_up = False
    scene.sender.flow.queue.most = 20  # frames have half of it
    for number in range(15):
        scene.send("flood.%d" % number)
    for _ in range(3):
        scene.send("other.1")
    assert scene.admission.refused == ["daphne!flood.%d" % number
                                       for number in [10, 11, 12, 13, 14, 9, 8, 7]]
    scene.server.is_up = True
    scene.sender.flush()
    scene.settle()
    scene.work()
    assert [socket for socket, _ in scene.taken][:4] == ["flood.0", "other.1", "flood.1", "other.1"]


SOCKETS = ["a.1", "a.2", "b.1", "c.1"]
STEPS = st.lists(st.sampled_from(SOCKETS + 3 * SOCKETS[:1] + ["take", "answer", "wait"]),
                 max_size=80)


@example(steps=20 * ["a.1"] + ["b.1", "take", "wait", "answer", "a.1"], capacity=1, share=1)
@given(steps=STEPS, capacity=st.integers(1, 12), share=st.integers(1, 6))
def test_nothing_is_lost_and_no_address_has_more_than_its_share(steps, capacity, share):
    scene = Scene(capacity, share)
    scene.sender.deadlines.waits = {FRAME: 60}  # seconds: workers take four frames in one
    sent = []
    for step in steps:
        if step == "take":
            scene.take()
        elif step == "answer":
            scene.server.answer()
        elif step == "wait":
            scene.clock.advance(0.02)
        else:
            scene.send(step)
            sent.append((step, scene.count))
        addresses = [socket[0] for socket in scene.in_channel()]
        assert all(addresses.count(each) <= share for each in "abc")
    scene.settle()
    scene.work()
    assert sorted(scene.taken, key=lambda each: each[1]) == sent
    assert not (scene.sender.is_busy() or scene.sender.flow or scene.sender.flow.queue.bytes
                or scene.sender.flow.queue.sockets or scene.sender.flow.out)
    assert all(window.held == 0 == window.held_bytes for window in scene.windows.values())
