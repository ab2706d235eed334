"""
Work in the background, and messages for later.
"""
import json

import pytest
from channels.delay.models import DelayedMessage
from channels.message import Message, pending_message_store

from primer import sending
from primer.consumers import background
from primer.primes import count_primes

from ..support.sockets import Socket
from .frames import code_of

pytestmark = pytest.mark.django_db(transaction=True)

WORK, LATER = "/primer/work/", "/primer/later/"


def test_work_is_accepted_and_answered_by_whoever_takes_it(friend):
    socket = friend(WORK)
    socket.say({"primes_below": 100})
    assert socket.frames() == [{"accepted": {"primes_below": 100}}]
    Socket("").consume("primer.work")
    assert socket.frames() == [{"primes_below": 100, "count": 25}]


def test_work_is_accepted_before_the_consumer_has_ended(friend, channel_layer):
    """A worker with nothing else to do would answer before what is sent later."""
    socket = friend(WORK)
    pending_message_store.prepare()  # as when a worker runs it
    background.ws_receive(Message(
        {"reply_channel": socket.reply_channel, "text": json.dumps({"primes_below": 100})},
        "websocket.receive", channel_layer))
    assert socket.frames() == [{"accepted": {"primes_below": 100}}]
    pending_message_store.send_and_flush()


@pytest.mark.parametrize("below, count", [(2, 0), (3, 1), (4, 2), (10, 4), (1000000, 78498)])
def test_primes_are_counted(below, count):
    assert count_primes(below) == count


@pytest.mark.parametrize("content, code", [
    ("{", "bad_json"), ("[]", "bad_frame"), ({}, "bad_number"), ({"primes_below": 1}, "bad_number"),
    ({"primes_below": 1000001}, "bad_number"), ({"primes_below": "10"}, "bad_number"),
    ({"primes_below": True}, "bad_number"), ({"primes_below": 10.0}, "bad_number"),
    ('{"primes_below": 1%s}' % ("0" * 8192), "too_large")])
def test_other_work_is_refused(content, code, friend):
    socket = friend(WORK)
    socket.say(content)
    assert code_of(socket.frames()) == code
    assert socket.get_next_message("primer.work") is None


@pytest.mark.parametrize("path, content, channel", [
    (WORK, {"primes_below": 10}, "primer.work"),
    (LATER, {"text": "x", "seconds": 1}, "asgi.delay")])
def test_a_full_channel_is_told(path, content, channel, friend, fill):
    fill(channel)
    socket = friend(path)
    socket.say(content)
    assert code_of(socket.frames()) == "busy"


def test_a_message_comes_later(friend, delayed):
    socket, other = friend(LATER), friend(LATER)
    socket.say({"text": " tea \ud800", "seconds": 60})
    assert socket.frames() == [{"accepted": {"text": "tea \ufffd", "seconds": 60}}]
    row, = delayed.take()
    assert (row.channel_name, row.delay) == ("primer.later", 60000)
    delayed.send()
    assert socket.frames() == [{"text": "tea \ufffd", "seconds": 60}]
    assert other.frames() == []
    assert not DelayedMessage.objects.exists()


@pytest.mark.parametrize("content, code", [
    ("[]", "bad_frame"), ({"seconds": 1}, "not_text"), ({"text": "", "seconds": 1}, "empty"),
    ({"text": "x" * 513, "seconds": 1}, "too_long"), ({"text": "x"}, "bad_number"),
    ({"text": "x", "seconds": 0}, "bad_number"), ({"text": "x", "seconds": 61}, "bad_number"),
    ({"text": "x", "seconds": 1.5}, "bad_number"),
    ({"text": "x", "seconds": True}, "bad_number"), ({"text": "x", "seconds": "1"}, "bad_number")])
def test_nothing_else_is_kept_for_later(content, code, friend, delayed):
    socket = friend(LATER)
    socket.say(content)
    assert code_of(socket.frames()) == code
    assert delayed.take() == []


def test_so_many_messages_may_wait(friend, delayed):
    assert sending.MOST_WAITING == 1000
    socket = friend(LATER)
    for count in (998, 1):
        rows = [DelayedMessage(channel_name="primer.later", content=json.dumps({}), delay=60000)
                for _ in range(count)]
        DelayedMessage.objects.bulk_create(rows)
        socket.say({"text": "x", "seconds": 1})
        delayed.take()
    accepted, refused = socket.frames()
    assert (list(accepted), refused["error"]["code"]) == (["accepted"], "busy")


def test_messages_for_others_do_not_count(friend, monkeypatch):
    monkeypatch.setattr(sending, "MOST_WAITING", 1)
    DelayedMessage.objects.create(channel_name="other", content="{}", delay=60000)
    socket = friend(LATER)
    socket.say({"text": "x", "seconds": 1})
    assert list(socket.frame()) == ["accepted"]
