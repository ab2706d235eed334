"""
A connection of daphne's, to a server that the test lets answer or refuse.
"""
import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from workshop.layers.interface.link import Link
from workshop.layers.interface.resp import RedisProtocol
from workshop.layers.patience import Outage


class Address:
    """Keeps the Deferred of each attempt for the test."""

    def __init__(self):
        self.attempts = []

    def greeting(self):
        return []

    def connect(self, reactor, factory):
        self.attempts.append(Deferred())
        return self.attempts[-1]


@pytest.fixture
def new_link():
    clock = Clock()
    outage = Outage("redis://somewhere/0", clock.seconds)

    def make():
        link = Link(clock, clock, Address(), outage, ("PING",), on_up=lambda: None)
        link.start()
        return link
    return make


def refuse(link, attempt=-1):
    link.address.attempts[attempt].errback(ConnectionRefusedError())


def accept(link):
    protocol = RedisProtocol()
    protocol.makeConnection(StringTransport())
    link.address.attempts[-1].callback(protocol)
    protocol.dataReceived(b"+PONG\r\n")
    assert link.is_up


def test_a_refusal_begins_an_outage_and_the_next_attempt_may_end_it(new_link, log):
    link = new_link()
    refuse(link)
    assert log.count("is away") == 1
    link.clock.advance(1)
    accept(link)
    assert log.count("is away") == log.count("is back") == 1


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
