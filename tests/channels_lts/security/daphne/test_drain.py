"""
How daphne shuts down at SIGTERM: work under way is finished, and sockets are told to come back.
"""
import math
import os
import signal
import threading

import pytest
from twisted.internet.error import ReactorNotRunning

from .browser import CLOSE, text
from .server import Server, handshake, request

COME_BACK = b"\x03\xf4spread="  # 1012, and the beginning of the reason


class Port:
    def __init__(self, factory):
        self.factory = factory
        self.is_listening = True
        self.accepted = 0

    def doRead(self):
        assert self.is_listening
        self.accepted += 1

    def stopListening(self):
        self.is_listening = False


class Reactor:
    """What a Drain needs of one."""

    def __init__(self, *readers):
        self.readers = readers
        self.stops = 0

    def getReaders(self):
        return self.readers

    def callFromThread(self, call):
        call()

    def stop(self):
        self.stops += 1
        if self.stops > 1:
            raise ReactorNotRunning


class Scene:
    def __init__(self):
        self.server = Server()
        self.clock = self.server.clock
        self.port, self.other = Port(self.server.factory), Port(object())
        self.reactor = Reactor(self.port, self.other)
        self.begun = []
        self.drain = self.server.guard.drain
        self.drain.install(self.reactor, lambda: self.begun.append(list(self.told())))
        self.sockets = []

    def open(self, number=1):
        self.sockets += [self.server.connect().send(handshake()) for _ in range(number)]
        for message in self.server.messages[-number:]:
            self.server.factory.dispatch_reply(message["reply_channel"], {"accept": True})
        return self.sockets[-1]

    def ask(self, *headers):
        """A connection with a request, and the message of that."""
        connection = self.server.connect().send(request("/", *headers))
        return connection, self.server.messages[-1]

    def told(self):
        return [each for each in self.sockets if COME_BACK in each.received]

    def let_pass(self, seconds):
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)

    @property
    def has_ended(self):
        return self.reactor.stops > 0


@pytest.fixture
def scene(settings):
    settings.CHANNELS_LTS = {"DRAIN_SPREAD": 4, "DRAIN_LIMIT": 8, "RETURN_SPREAD": 2}
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # as Twisted's reactor has one
    yield Scene()
    signal.signal(signal.SIGTERM, before)


def test_a_daphne_with_nothing_to_do_ends_at_once(scene):
    scene.drain.begin()
    assert scene.has_ended and not scene.port.is_listening and scene.other.is_listening


def test_what_the_system_has_accepted_is_taken_before_nobody_listens(scene):
    scene.drain.begin()
    assert (scene.port.accepted, scene.other.accepted) == (1, 0)


def test_sigterm_drains_where_there_are_handlers_of_signals_and_nowhere_else(scene):
    scene.ask()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    scene.drain.install(scene.reactor)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    signal.signal(signal.SIGTERM, lambda *_: None)
    scene.drain.install(scene.reactor)
    os.kill(os.getpid(), signal.SIGTERM)
    assert scene.drain.is_begun and not scene.has_ended


def test_a_second_sigterm_ends_it_there_and_then(scene):
    scene.ask()
    scene.drain.begin()
    assert not scene.has_ended
    scene.drain.begin()
    assert scene.has_ended
    scene.let_pass(20)
    assert scene.reactor.stops == 1


def test_a_daphne_that_runs_in_a_thread_hears_no_signal(scene):
    handler = signal.getsignal(signal.SIGTERM)
    failures = []

    def install():
        try:
            scene.drain.install(scene.reactor)
        except ValueError as error:
            failures.append(error)
    thread = threading.Thread(target=install)
    thread.start()
    thread.join()
    assert failures == [] and signal.getsignal(signal.SIGTERM) is handler


def test_sigint_may_end_it_meanwhile(scene):
    scene.ask()
    scene.drain.begin()
    scene.reactor.stop()
    scene.let_pass(20)
    assert scene.reactor.stops == 2  # the drain's own, which is too late


def test_sockets_are_told_one_after_another_within_the_spread(scene):
    scene.open(400)
    scene.drain.begin()
    counts = []
    for _ in range(4):
        counts.append(len(scene.told()))
        scene.let_pass(1)
    assert counts[0] < 20 and all(
        80 < after - before < 120 for before, after in zip(counts, counts[1:]))
    scene.let_pass(0.2)
    assert len(scene.told()) == 400


@pytest.mark.parametrize("spread, reason", [(4, b"spread=0"), (0, b"spread=2")])
def test_who_is_told_with_all_others_waits_a_while_and_who_is_told_alone_comes_at_once(
        scene, settings, spread, reason):
    settings.CHANNELS_LTS["DRAIN_SPREAD"] = spread
    opened = scene.open()
    scene.drain.begin()
    assert opened.received.endswith(b"\x03\xf4" + reason)


@pytest.mark.parametrize("number", [1, 40])
def test_few_sockets_are_told_sooner(scene, number):
    scene.open(number)
    scene.drain.begin()
    scene.let_pass(math.ceil(number / 10))
    assert len(scene.told()) == number


def test_without_a_spread_all_are_told_at_once_some_in_each_turn(scene, settings):
    settings.CHANNELS_LTS["DRAIN_SPREAD"] = 0
    scene.open(250)
    scene.drain.begin()
    assert len(scene.told()) == 100
    scene.clock.advance(0)
    scene.clock.advance(0)
    assert len(scene.told()) == 250


def test_a_spread_above_the_limit_is_the_limit(scene, settings):
    settings.CHANNELS_LTS.update(DRAIN_SPREAD=100, DRAIN_LIMIT=2)
    scene.open(100)
    scene.drain.begin()
    scene.let_pass(2.2)
    assert len(scene.told()) == 100


def test_it_is_told_that_it_begins_before_any_socket_is(scene):
    scene.open()
    scene.drain.begin()
    assert scene.begun == [[]] and scene.told() == scene.sockets


def test_sockets_get_their_frames_until_it_is_their_turn(scene):
    scene.open(200)
    scene.drain.begin()
    last = scene.server.messages[-1]["reply_channel"]
    scene.server.factory.dispatch_reply(last, {"text": "still here"})
    assert b"still here" in scene.sockets[-1].received
    assert scene.sockets[-1] not in scene.told()


def test_it_ends_when_the_last_socket_has_gone_and_its_disconnect_is_sent(scene):
    scene.open()
    scene.drain.begin()
    scene.let_pass(1)
    assert not scene.has_ended
    scene.sockets[0].lose()
    assert scene.server.layer.sent[-1][0] == "websocket.disconnect"
    scene.let_pass(0.2)
    assert scene.has_ended


def test_what_a_browser_sent_before_it_was_told_is_passed_on(scene):
    opened = scene.open()
    scene.drain.begin()
    assert scene.told() == [opened]
    opened.send(text("on its way") + CLOSE)
    scene.clock.advance(0)
    assert [message.get("text") for message in scene.server.messages] == [None, "on its way"]
    assert opened.transport.disconnected


def test_a_socket_that_opens_meanwhile_is_told_too(scene):
    late = scene.server.connect().send(handshake())
    scene.drain.begin()
    scene.let_pass(1)
    assert late.statuses == []
    scene.server.factory.dispatch_reply(
        scene.server.messages[-1]["reply_channel"], {"accept": True})
    scene.let_pass(1)
    assert late.statuses == [101] and COME_BACK in late.received


def test_a_handshake_that_no_worker_answers_is_refused_when_the_spread_is_over(scene):
    late = scene.server.connect().send(handshake())
    scene.drain.begin()
    scene.let_pass(4.2)
    assert late.statuses == [503]


def test_a_handshake_after_the_signal_is_to_find_another_daphne(scene):
    connection = scene.server.connect()
    scene.ask()
    scene.drain.begin()
    connection.send(handshake())
    assert connection.statuses == [503] and b"\r\nRetry-After: 1\r\n" in connection.received


def test_a_request_is_answered_and_its_connection_ends_with_that(scene):
    connection, message = scene.ask()
    scene.drain.begin()
    scene.let_pass(3)
    assert not connection.is_closed and not scene.has_ended
    scene.server.answer(message)
    assert connection.statuses == [200] and b"Connection: close\r\n" in connection.received
    assert connection.is_closed
    scene.let_pass(0.2)
    assert not scene.has_ended  # the answer may still be on its way
    connection.lose()
    scene.let_pass(0.2)
    assert scene.has_ended


def test_an_answer_that_has_begun_is_finished(scene):
    connection, message = scene.ask()
    scene.server.answer(message, b"one", more_content=True)
    scene.drain.begin()
    scene.let_pass(3)
    scene.server.factory.dispatch_reply(message["reply_channel"], {"content": b"two"})
    assert b"two" in connection.received and connection.is_closed


def test_a_connection_without_a_request_has_a_moment_for_one(scene):
    idle, asking = scene.server.connect(), scene.server.connect()
    scene.drain.begin()
    scene.let_pass(0.3)
    asking.send(request("/"))
    scene.let_pass(0.5)
    assert (idle.is_closed, asking.is_closed) == (True, False)
    scene.server.answer(scene.server.messages[-1])
    assert asking.statuses == [200] and asking.is_closed


def test_what_has_no_answer_at_the_limit_is_to_come_again(scene):
    connection, _ = scene.ask()
    slow = scene.server.connect().send(request("/", "Content-Length: 9", method="POST"))
    scene.drain.begin()
    scene.let_pass(7.9)
    assert connection.statuses == slow.statuses == []
    scene.let_pass(0.2)
    assert connection.statuses == slow.statuses == [503]
    assert b"\r\nRetry-After: " in connection.received
    assert not scene.has_ended
    scene.let_pass(1.1)
    assert scene.has_ended


def test_a_refused_connection_that_lingers_holds_nobody_up(scene):
    scene.server.connect().send(b"nonsense\r\n\r\n")
    scene.drain.begin()
    assert scene.has_ended
