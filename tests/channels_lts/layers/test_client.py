"""
A connection of daphne's, to a server that the test lets answer or refuse.
"""
import hiredis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost, ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from channels_lts.layers.redis import scripts
from channels_lts.layers.redis.daphne.client import Link
from channels_lts.layers.redis.daphne.resp import Away, RedisProtocol
from channels_lts.layers.redis.outage import Outage


class Address:
    """Keeps the Deferred of each attempt for the test."""

    def __init__(self):
        self.attempts = []

    def greeting(self):
        return []

    def connect(self, reactor, factory):
        self.attempts.append(Deferred())
        return self.attempts[-1]


class Redis:
    """A server that answers one command at a time, and remembers the numbers it was sent."""

    def __init__(self):
        self.known = set()  # digests of scripts
        self.reader = hiredis.Reader()
        self.ran = []
        self.commands = []

    def connect(self, link):
        self.protocol = RedisProtocol()
        self.protocol.makeConnection(StringTransport())
        link.address.attempts[-1].callback(self.protocol)

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


def make_link(clock, outage):
    link = Link(clock, clock, Address(), outage, ("PING",), on_up=lambda: None)
    link.start()
    return link


@pytest.fixture
def new_link():
    clock = Clock()
    outage = Outage("redis://somewhere/0", clock.seconds)
    return lambda: make_link(clock, outage)


def refuse(link, attempt=-1):
    link.address.attempts[attempt].errback(ConnectionRefusedError())


def accept(link):
    server = Redis()
    server.connect(link)
    server.answer_all()
    assert link.is_up
    return server


def test_a_refusal_begins_an_outage_and_the_next_attempt_may_end_it(new_link, log):
    link = new_link()
    refuse(link)
    assert log.count("is away") == 1
    link.clock.advance(1)
    accept(link)
    assert log.count("is away") == log.count("is back") == 1


def test_one_that_is_stopped_while_it_greets_begins_no_outage(new_link, log):
    link, redis = new_link(), Redis()
    redis.connect(link)
    link.stop()
    redis.protocol.connectionLost(Failure(ConnectionDone()))
    assert link.outage.since is None and log.lines == []


def test_a_refusal_from_before_the_server_was_back_is_no_new_outage(new_link, log):
    refused, late, other = new_link(), new_link(), new_link()
    refuse(refused)
    late.clock.advance(0.2)
    accept(other)
    refuse(late)
    assert log.count("is away") == log.count("is back") == 1
    assert late.outage.since is None
    late.clock.advance(1)
    accept(late)
    assert log.count("is away") == log.count("is back") == 1


def test_a_refusal_from_before_the_server_first_answered_is_no_outage(new_link, log):
    late, other = new_link(), new_link()
    late.clock.advance(0.2)
    accept(other)
    refuse(late)
    assert log.lines == []


def test_a_refusal_from_after_the_server_was_back_is_a_new_outage(new_link, log):
    first, other = new_link(), new_link()
    refuse(first)
    accept(other)
    first.clock.advance(1)
    refuse(first)
    assert log.count("is away") == 2 and log.count("is back") == 1


def test_it_tries_again_and_again_and_ever_less_often(new_link):
    link = new_link()
    times = [0]
    for _ in range(1000):
        if link.address.attempts[-1].called:
            link.clock.advance(0.01)
        else:
            times.append(link.clock.seconds())
            refuse(link)
    gaps = [later - earlier for earlier, later in zip(times[1:], times[2:])]
    assert gaps[0] < 0.1
    assert all(0.19 < gap < 0.42 for gap in gaps[4:])
    link.clock.advance(1)
    accept(link)
    assert link.attempt == 0


def test_the_greeting_brings_the_scripts(new_link):
    link = new_link()
    server = accept(link)
    assert server.known == {each.sha.encode() for each in scripts.ALL}
    link.script(scripts.send, (), (1,), lambda answer: None)
    server.answer_all()
    assert server.commands[-1][0] == b"EVALSHA" and server.ran == [1]


def test_a_server_that_refuses_to_load_scripts_gets_them_in_full(new_link, monkeypatch):
    run = Redis._run

    def refuse_load(server, name, *arguments):
        if name == b"SCRIPT":
            return b"-NOPERM this user has no permissions\r\n"
        return run(server, name, *arguments)
    monkeypatch.setattr(Redis, "_run", refuse_load)
    link, answers = new_link(), []
    server = accept(link)
    for number in range(3):
        link.script(scripts.send, (), (number,), answers.append)
    server.answer_all()
    assert server.ran == [0, 1, 2] and answers == [b"OK"] * 3
    assert [command[0] for command in server.commands[-3:]] == [b"EVAL", b"EVALSHA", b"EVALSHA"]


def ask_and_be_busy(link):
    """Sends two commands, and looks for the answers when they are long overdue."""
    for _ in range(2):
        link.command(("PING",), lambda answer: None)
    link.clock.advance(30)
    link.check()
    link.clock.advance(link.grace_seconds - 0.1)


def test_a_server_that_says_nothing_is_given_up(new_link):
    link = new_link()
    accept(link)
    ask_and_be_busy(link)
    assert link.is_up
    link.clock.advance(0.1)
    assert not link.is_up


@pytest.mark.parametrize("answers", [1, 2])
def test_what_a_busy_daphne_had_no_time_to_read_is_no_silence(new_link, answers):
    link = new_link()
    server = accept(link)
    ask_and_be_busy(link)
    for _ in range(answers):
        server.answer()
    link.clock.advance(1)
    assert link.is_up


def test_a_forgotten_script_is_brought_while_more_and_more_calls_come(new_link):
    link = new_link()
    server = accept(link)
    server.known.clear()
    link.script(scripts.send, (), (0,), lambda answer: None)
    for number in range(1, 20):
        link.script(scripts.send, (), (number,), lambda answer: None)
        server.answer()
    assert server.ran == list(range(len(server.ran))) and len(server.ran) > 10


STEPS = st.lists(st.sampled_from(["send", "send", "group", "answer", "flush", "cut"]), max_size=60)


@given(steps=STEPS)
@example(steps=["send", "send", "flush", "answer", "send"])
@example(steps=["send", "send", "flush", "answer", "send", "cut"])
def test_scripts_run_in_their_order_whatever_the_server_forgets(steps):
    clock = Clock()
    link = make_link(clock, Outage("redis://somewhere/0", clock.seconds))
    server, names, answers = accept(link), [], {}
    for step in steps:
        if step in ("send", "group"):
            number = len(names)
            names.append(step)
            link.script(getattr(scripts, step), (), (number,),
                        lambda answer, number=number: answers.setdefault(number, []).append(answer))
        elif step == "answer":
            server.answer()
        elif step == "flush":
            server.known.clear()
        else:
            server.cut()
            clock.advance(1)
            server.connect(link)
            server.answer_all()
    server.answer_all()
    for name in ("send", "group"):
        ran = [number for number in server.ran if names[number] == name]
        assert ran == sorted(set(ran))
    # Each is answered once: it has run, or the connection has broken.
    assert sorted(answers) == list(range(len(names)))
    for number, (answer,) in answers.items():
        assert (answer == b"OK") if number in server.ran else isinstance(answer, Away)
