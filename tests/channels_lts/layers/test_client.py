"""
A connection of daphne's, to a server that the test lets answer or refuse.
"""
import hiredis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from redis.exceptions import ConnectionError
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost, ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from channels_lts.layers.redis import scripts
from channels_lts.layers.redis.daphne.client import RedisClient
from channels_lts.layers.redis.outage import Outage


class Endpoint:
    """Keeps the Deferred of each attempt for the test."""

    def __init__(self):
        self.attempts = []

    def greeting(self):
        return []

    def connect(self, reactor, factory):
        self.factory = factory
        self.attempts.append(Deferred())
        return self.attempts[-1]


class Redis:
    """A server that answers one command at a time, and remembers the numbers it was sent."""

    def __init__(self):
        self.known = set()  # digests of scripts
        self.reader = hiredis.Reader()
        self.ran = []
        self.commands = []

    def connect(self, client):
        self.protocol = client.endpoint.factory.buildProtocol(None)
        self.protocol.makeConnection(StringTransport())
        client.endpoint.attempts[-1].callback(self.protocol)

    def answer(self):
        """Answers the next command, if there is one."""
        transport = self.protocol.transport
        self.reader.feed(transport.value())
        transport.clear()
        command = self.reader.gets()
        if command is False:
            return False
        self.commands.append(command)
        self.protocol.dataReceived(self._run(*command))
        return True

    def _run(self, name, *arguments):
        if name in (b"EVAL", b"SCRIPT"):
            self.known |= {each.sha.encode() for each in scripts.ALL
                           if each.source.encode() in arguments}
        elif name == b"EVALSHA" and arguments[0] not in self.known:
            return b"-NOSCRIPT No matching script. Please use EVAL.\r\n"
        if name.startswith(b"EVAL"):
            self.ran.append(int(arguments[-1]))
        return b"+OK\r\n"

    def answer_all(self):
        while self.answer():
            pass

    def cut(self):
        self.protocol.transport.clear()
        self.reader = hiredis.Reader()
        self.protocol.connectionLost(Failure(ConnectionLost()))


def make_client(clock, outage):
    client = RedisClient(clock, clock, Endpoint(), outage, ("PING",), on_up=lambda: None)
    client.start()
    return client


@pytest.fixture
def new_client():
    clock = Clock()
    outage = Outage("redis://somewhere/0", clock.seconds)
    return lambda: make_client(clock, outage)


def refuse(client, attempt=-1):
    client.endpoint.attempts[attempt].errback(ConnectionRefusedError())


def accept(client):
    server = Redis()
    server.connect(client)
    server.answer_all()
    assert client.is_up
    return server


def test_a_refusal_begins_an_outage_and_the_next_attempt_may_end_it(new_client, log):
    client = new_client()
    refuse(client)
    assert log.count("is away") == 1
    client.clock.advance(1)
    accept(client)
    assert log.count("is away") == log.count("is back") == 1


def test_one_that_is_stopped_while_it_greets_begins_no_outage(new_client, log):
    client, redis = new_client(), Redis()
    redis.connect(client)
    client.stop()
    redis.protocol.connectionLost(Failure(ConnectionDone()))
    assert client.outage.since is None and log.lines == []


def test_a_refusal_from_before_the_server_was_back_is_no_new_outage(new_client, log):
    refused, late, other = new_client(), new_client(), new_client()
    refuse(refused)
    late.clock.advance(0.2)
    accept(other)
    refuse(late)
    assert log.count("is away") == log.count("is back") == 1
    assert late.outage.since is None
    late.clock.advance(1)
    accept(late)
    assert log.count("is away") == log.count("is back") == 1


def test_a_refusal_from_before_the_server_first_answered_is_no_outage(new_client, log):
    late, other = new_client(), new_client()
    late.clock.advance(0.2)
    accept(other)
    refuse(late)
    assert log.lines == []


def test_a_refusal_from_after_the_server_was_back_is_a_new_outage(new_client, log):
    first, other = new_client(), new_client()
    refuse(first)
    accept(other)
    first.clock.advance(1)
    refuse(first)
    assert log.count("is away") == 2 and log.count("is back") == 1


def test_a_connection_that_its_endpoint_gave_up_takes_nothing_along(new_client):
    client = new_client()
    given_up = client.endpoint.factory.buildProtocol(None)
    given_up.makeConnection(StringTransport())
    accept(client)
    given_up.connectionLost(Failure(ConnectionLost()))
    assert client.is_up and len(client.endpoint.attempts) == 1


def test_it_tries_again_and_again_and_ever_less_often(new_client):
    client = new_client()
    times = [0]
    for _ in range(1000):
        if client.endpoint.attempts[-1].called:
            client.clock.advance(0.01)
        else:
            times.append(client.clock.seconds())
            refuse(client)
    gaps = [later - earlier for earlier, later in zip(times[1:], times[2:])]
    assert gaps[0] < 0.1
    assert all(0.19 < gap < 0.42 for gap in gaps[4:])
    client.clock.advance(1)
    accept(client)
    assert client.attempt == 0


def test_the_greeting_brings_the_scripts(new_client):
    client = new_client()
    server = accept(client)
    assert server.known == {each.sha.encode() for each in scripts.ALL}
    client.script(scripts.send, (), (1,), lambda answer: None)
    server.answer_all()
    assert server.commands[-1][0] == b"EVALSHA" and server.ran == [1]


def test_a_server_that_refuses_to_load_scripts_gets_them_in_full(new_client, monkeypatch):
    run = Redis._run

    def refuse_load(server, name, *arguments):
        if name == b"SCRIPT":
            return b"-NOPERM this user has no permissions\r\n"
        return run(server, name, *arguments)
    monkeypatch.setattr(Redis, "_run", refuse_load)
    client, answers = new_client(), []
    server = accept(client)
    for number in range(3):
        client.script(scripts.send, (), (number,), answers.append)
    server.answer_all()
    assert server.ran == [0, 1, 2] and answers == [b"OK"] * 3
    assert [command[0] for command in server.commands[-3:]] == [b"EVAL", b"EVALSHA", b"EVALSHA"]


def ask_and_be_busy(client):
    """Sends two commands, and looks for the answers when they are long overdue."""
    for _ in range(2):
        client.command(("PING",), lambda answer: None)
    client.clock.advance(30)
    client.check()
    client.clock.advance(client.grace_seconds - 0.1)


def test_a_server_that_says_nothing_is_given_up(new_client):
    client = new_client()
    accept(client)
    ask_and_be_busy(client)
    assert client.is_up
    client.clock.advance(0.1)
    assert not client.is_up


@pytest.mark.parametrize("answers", [1, 2])
def test_what_a_busy_daphne_had_no_time_to_read_is_no_silence(new_client, answers):
    client = new_client()
    server = accept(client)
    ask_and_be_busy(client)
    for _ in range(answers):
        server.answer()
    client.clock.advance(1)
    assert client.is_up


def test_a_forgotten_script_is_brought_while_more_and_more_calls_come(new_client):
    client = new_client()
    server = accept(client)
    server.known.clear()
    client.script(scripts.send, (), (0,), lambda answer: None)
    for number in range(1, 20):
        client.script(scripts.send, (), (number,), lambda answer: None)
        server.answer()
    assert server.ran == list(range(len(server.ran))) and len(server.ran) > 10


STEPS = st.lists(st.sampled_from(["send", "send", "group", "answer", "flush", "cut"]), max_size=60)


@given(steps=STEPS)
@example(steps=["send", "send", "flush", "answer", "send"])
@example(steps=["send", "send", "flush", "answer", "send", "cut"])
def test_scripts_run_in_their_order_whatever_the_server_forgets(steps):
    clock = Clock()
    client = make_client(clock, Outage("redis://somewhere/0", clock.seconds))
    server, names, answers = accept(client), [], {}
    for step in steps:
        if step in ("send", "group"):
            number = len(names)
            names.append(step)
            answered = answers.setdefault(number, []).append
            client.script(getattr(scripts, step), (), (number,), answered)
        elif step == "answer":
            server.answer()
        elif step == "flush":
            server.known.clear()
        else:
            server.cut()
            clock.advance(1)
            server.connect(client)
            server.answer_all()
    server.answer_all()
    for name in ("send", "group"):
        ran = [number for number in server.ran if names[number] == name]
        assert ran == sorted(set(ran))
    # Each is answered once: it has run, or the connection has broken.
    assert sorted(answers) == list(range(len(names)))
    for number, (answer,) in answers.items():
        assert (answer == b"OK") if number in server.ran else isinstance(answer, ConnectionError)
