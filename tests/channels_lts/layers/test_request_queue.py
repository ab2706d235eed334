"""
Whose requests and handshakes wait when workers are slow, on a clock that the tests turn.
"""
from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ConnectionError
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, envelope, scripts
from channels_lts.layers.redis.daphne.request_queue import RequestQueue
from channels_lts.layers.redis.daphne.sender import Sender

SHARE, CAPACITY = 4, 20
ENDS = {"http.request": "http.disconnect", "websocket.connect": "websocket.disconnect"}


class Redis:
    """A server that runs a script immediately, and answers when the test says."""
    is_up = True

    def __init__(self, capacity):
        self.capacity = capacity
        self.waiting = []  # [key of a message, its payload], as workers find them
        self.ends = []  # payloads of disconnects
        self.answers = []  # callables

    def script(self, script, keys, arguments, answered):
        run = self.send if script is scripts.send else self.withdraw
        answer = run(*arguments[3:]) if self.is_up else ConnectionError("not connected")
        self.answers.append(lambda: answered(answer))

    def send(self, payload, channel, capacity, key):
        if channel in ENDS.values():
            self.ends.append(payload)
        elif len(self.waiting) >= self.capacity:
            return scripts.FULL
        else:
            self.waiting.append((key, payload))
        return scripts.TAKEN

    def withdraw(self, payload, channel, key):
        before = len(self.waiting)
        self.waiting = [each for each in self.waiting if each[0] != key]
        return before - len(self.waiting)

    def command(self, arguments, answered):
        if arguments[0] == "SET":  # a socket has closed
            return
        assert arguments[0] == "EXISTS"
        count = len({key for key, _ in self.waiting} & set(arguments[1:]))
        self.answers.append(lambda: answered(count))

    def answer(self):
        answers, self.answers = self.answers, []
        for each in answers:
            each()


class Refusals:
    def __init__(self):
        self.refused = []

    def is_refused(self, letter):
        return False

    def refuse(self, letter, may_have_arrived=False):
        self.refused.append(letter.message["reply_channel"].split("!")[1])


class Scene:
    """Requests are named "address.number"; handshakes have answers like them."""

    def __init__(self, channel="http.request", capacity=CAPACITY, held=1000):
        self.clock = Clock()
        self.channel = channel
        self.layer = RedisChannelLayer(capacity=held)
        self.layer.shards_for = lambda channel: [0]
        self.redis = Redis(capacity)
        self.refusals = Refusals()
        self.protocols = {}
        self.sender = Sender(self.clock, self.layer, [self.redis], self.refusals,
                             lambda reply_channel: None,
                             lambda *sent: self.queue.sent(*sent))
        self.sender.connected()
        self.queue = RequestQueue(
            self.clock, self.layer, [self.redis], self.sender, self.refusals,
            SimpleNamespace(protocols=self.protocols))
        self.taken = []

    def send(self, name, body=b""):
        self.protocols["d!" + name] = SimpleNamespace(handshake_deferred=None)
        self.queue.send(envelope.write(self.layer, self.channel, {
            "reply_channel": "d!" + name, "body": body, "client": [name.split(".")[0], 80]}))

    def send_many(self, address, amount):
        for number in range(amount):
            self.send("%s.%d" % (address, number))

    def answer(self, name):
        """A worker has answered; daphne reports the end of the request."""
        protocol = self.protocols["d!" + name]
        protocol.handshake_deferred = SimpleNamespace(called=True)
        if self.channel == "http.request":
            self.leave(name)

    def leave(self, name):
        with suppress(self.layer.ChannelFull):  # as daphne does
            self.queue.send(envelope.write(self.layer, ENDS[self.channel], {
                "reply_channel": "d!" + name}))
        self.protocols.pop("d!" + name, None)

    def name(self, payload):
        return self.layer.deserialize(payload)["reply_channel"].split("!")[1]

    def take(self):
        """A worker takes one; its name, or None."""
        if self.redis.waiting:
            _, payload = self.redis.waiting.pop(0)
            self.taken.append(self.name(payload))
            return self.taken[-1]

    def settle(self):
        while self.redis.answers:
            self.redis.answer()

    def pass_time(self, seconds=0.25):
        self.clock.advance(seconds)
        self.settle()

    def work(self, is_answering=True):
        """Workers take everything there is, and whatever follows."""
        while self.redis.waiting or any(
                share.queue for share in self.queue.shares.values()):
            name = self.take()
            if name and is_answering:
                self.answer(name)
            self.pass_time()

    def waiting(self):
        return [self.name(payload) for _, payload in self.redis.waiting]

    def ends(self):
        return [self.name(payload) for payload in self.redis.ends]


@pytest.fixture(autouse=True)
def share(settings):
    settings.CHANNELS_LTS = {"ADDRESS_REQUESTS_WAITING": SHARE}


@pytest.fixture(params=sorted(ENDS))
def scene(request):
    return Scene(request.param)


def names(address, amount):
    return ["%s.%d" % (address, number) for number in range(amount)]


def test_others_wait_for_no_more_of_an_address_than_its_share(scene):
    scene.send_many("flood", 3 * SHARE)
    scene.send("other.0")
    assert scene.waiting() == names("flood", SHARE) + ["other.0"]
    scene.settle()
    scene.work()
    assert scene.taken == names("flood", SHARE) + ["other.0"] + names("flood", 3 * SHARE)[SHARE:]
    assert scene.refusals.refused == []


def test_a_request_that_is_answered_makes_room_at_once_for_the_next():
    scene = Scene()
    scene.send_many("office", 2 * SHARE)
    for _ in range(2 * SHARE):
        scene.settle()
        assert scene.waiting()
        scene.answer(scene.take())
    assert scene.taken == names("office", 2 * SHARE)


def test_an_end_that_nobody_hears_of_makes_room_once_the_request_is_answered():
    scene = Scene()
    scene.send_many("one", SHARE + 1)
    held, taken = "d!one.%d" % SHARE, "d!" + scene.take()
    assert not scene.queue.end_answered(held)
    assert not scene.queue.end_answered(taken)
    scene.protocols[taken].handshake_deferred = SimpleNamespace(called=True)
    assert scene.queue.end_answered(taken)
    assert scene.waiting() == names("one", SHARE + 1)[1:]
    assert scene.queue.end_answered("d!unknown")


def test_what_workers_have_taken_and_not_answered_makes_room_too(scene):
    scene.send_many("polling", 3 * SHARE)
    scene.settle()
    scene.work(is_answering=False)
    assert scene.taken == names("polling", 3 * SHARE)


def test_no_worker_hears_of_what_was_given_up(scene):
    scene.send_many("flood", 3 * SHARE)
    for number in range(3 * SHARE):
        scene.leave("flood.%d" % number)
    scene.settle()
    assert scene.waiting() == scene.ends() == []
    scene.pass_time(1)
    assert not scene.queue.shares and not scene.queue.unanswered and not scene.queue.bytes


def test_what_a_worker_has_taken_hears_of_its_end(scene):
    scene.send("one.0")
    scene.settle()
    scene.take()
    scene.leave("one.0")
    scene.settle()
    assert scene.ends() == ["one.0"]


def test_an_end_arrives_though_redis_does_not_answer_about_its_beginning(scene):
    scene.send("one.0")
    scene.settle()
    scene.take()
    scene.redis.is_up = False
    scene.leave("one.0")
    if scene.channel == "websocket.connect":  # of a request nobody waits for it
        scene.redis.answer()
        scene.redis.is_up = True
        scene.pass_time()
        assert scene.ends() == ["one.0"]


def test_a_handshake_that_daphne_has_answered_itself_is_taken_back():
    scene = Scene("websocket.connect")
    scene.send_many("one", 2)
    scene.settle()
    scene.take()
    for name in names("one", 2):
        scene.protocols["d!" + name].handshake_deferred = SimpleNamespace(called=True)
        scene.protocols["d!" + name].is_given_up = True
        scene.leave(name)
    scene.settle()
    assert (scene.waiting(), scene.ends()) == ([], ["one.0"])


def test_without_redis_handshakes_are_refused_without_a_line_of_daphnes_for_each(log):
    scene = Scene("websocket.connect")
    scene.redis.is_up = False
    scene.sender.flush()  # the first connecting is over
    scene.clock.advance(3600)
    scene.send_many("one", SHARE - 1)
    assert scene.refusals.refused == names("one", SHARE - 1)
    assert log.count("websocket.connect not taken") == 1
    assert not scene.queue.unanswered


def test_a_socket_that_was_let_in_is_not_asked_about_when_it_ends():
    scene = Scene("websocket.connect")
    scene.send("one.0")
    scene.settle()
    scene.answer(scene.take())
    scene.leave("one.0")
    assert scene.ends() == ["one.0"]


def test_sockets_that_stay_open_are_forgotten():
    scene = Scene("websocket.connect")
    scene.send_many("one", SHARE)
    scene.settle()
    while scene.redis.waiting:
        scene.answer(scene.take())
    scene.pass_time(1)
    assert not scene.queue.unanswered and not scene.queue.shares
    assert not scene.clock.getDelayedCalls()


def test_what_ends_without_a_word_is_forgotten_too(scene):
    scene.send_many("one", 2 * SHARE)
    scene.settle()
    scene.protocols.clear()
    scene.pass_time(1)
    assert not scene.queue.unanswered and not scene.queue.bytes


def test_an_address_holds_as_many_as_the_channel_and_is_refused_what_is_beyond():
    scene = Scene(held=10)
    scene.send_many("flood", SHARE + 12)
    assert scene.refusals.refused == names("flood", SHARE + 12)[SHARE + 10:]


def test_an_address_holds_so_many_bytes_and_large_bodies_are_counted_elsewhere():
    scene = Scene()
    scene.queue.most_bytes = 2 * 50000
    scene.send_many("flood", SHARE)
    for number in range(2):
        scene.send("flood.large%d" % number, b"x" * 100000)
    for number in range(4):
        scene.send("flood.small%d" % number, b"x" * 50000)
    assert scene.refusals.refused == ["flood.small2", "flood.small3"]


def test_all_addresses_together_hold_so_many_bytes():
    scene = Scene(capacity=1000)
    scene.queue.most_bytes_in_all = 5 * 50000
    for address in range(3):
        scene.send_many("flood%d" % address, SHARE)
        for number in range(3):
            scene.send("flood%d.small%d" % (address, number), b"x" * 50000)
    assert scene.refusals.refused == ["flood1.small2"] + ["flood2.small%d" % n for n in range(3)]
    scene.send("other.0")
    assert "other.0" in scene.waiting()


def test_what_waited_is_refused_when_redis_is_gone_by_then():
    scene = Scene()
    scene.send_many("one", SHARE + 1)
    scene.settle()
    scene.redis.is_up = False
    scene.answer("one.0")
    scene.settle()
    assert scene.refusals.refused == ["one.%d" % SHARE]


@pytest.mark.parametrize("engine, client", [
    ({"ADDRESS_REQUESTS_WAITING": None}, "127.0.0.1"), ({}, "")])
def test_without_a_limit_or_an_address_all_goes_through(settings, engine, client):
    settings.CHANNELS_LTS = dict({"ADDRESS_REQUESTS_WAITING": SHARE}, **engine)
    scene = Scene()
    scene.send_many(client, CAPACITY)
    assert len(scene.waiting()) == CAPACITY and not scene.queue.unanswered


ACTIONS = st.lists(st.tuples(st.sampled_from(["send", "leave", "take", "finish", "answer", "wait"]),
                             st.integers(0, 9)), max_size=80)


@given(ACTIONS, st.sampled_from(sorted(ENDS)))
def test_nothing_is_lost_or_run_twice_and_no_address_has_more_than_its_share(actions, channel):
    from django.test import override_settings
    with override_settings(CHANNELS_LTS={"ADDRESS_REQUESTS_WAITING": SHARE}):
        run_actions(Scene(channel, capacity=1000), actions)


def run_actions(scene, actions):
    sent, left, open_ones, unanswered = [], [], [], []
    for action, number in actions:
        if action == "send":
            sent.append("%s.%d" % ("aaab"[number % 4], len(sent)))
            scene.send(sent[-1])
            open_ones.append(sent[-1])
        elif action == "leave" and open_ones:
            left.append(open_ones.pop(number % len(open_ones)))
            scene.leave(left[-1])
        elif action == "take":
            unanswered += filter(None, [scene.take()])
        elif action == "finish" and unanswered:
            name = unanswered.pop(0)
            if name in open_ones:
                scene.answer(name)
        elif action == "answer":
            scene.redis.answer()
        else:
            scene.clock.advance(0.02)
        for address in "ab":
            assert sum(name[0] == address for name in scene.waiting()) <= SHARE
    scene.settle()
    scene.work(is_answering=False)
    assert len(set(scene.taken)) == len(scene.taken)
    assert set(sent) - set(left) <= set(scene.taken) <= set(sent)
    ended = set(scene.ends())
    assert set(left) & set(scene.taken) <= ended <= set(scene.taken)
    assert not scene.queue.bytes and not scene.queue.withdrawing
