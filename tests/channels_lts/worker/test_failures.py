"""
Mistakes of consumers, and how a worker handles them.
"""
import functools

import pytest
from channels import Channel, route
from channels.exceptions import ConsumeLater, DenyConnection, WebsocketCloseException
from channels.message import pending_message_store
from channels.signals import consumer_finished
from django.utils import timezone, translation
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import ConnectionError, TimeoutError

from channels_lts.frames import Undecided
from channels_lts.layers.drop_log import Full
from channels_lts.security.refusal_log import RefusalLog
from channels_lts.worker import dispatch
from channels_lts.worker.outage import WorkerOutage

from .loops import consume, make_layer, replies

REPLY = "daphne.response.x!y"
LISTEN = "daphne.response.x!"
REFUSAL = {"close": True}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(pending_message_store, "retry_time", 0.05)
    monkeypatch.setattr(pending_message_store, "retry_interval", 0.01)


def faulty(error, *sent):
    def faulty_consumer(message):
        for content in sent:
            message.reply_channel.send(content)
        raise error
    return faulty_consumer


def survive(channel, consumer, content=None, layer=None, **options):
    """
    Has a worker run the consumer, and then another message of the channel, which it must live to
    see. Returns what was sent to the first message's reply channel.
    """
    survived = []
    consumers = [consumer, survived.append]
    layer = layer or make_layer()
    layer.router.add_route(route(
        channel, functools.wraps(consumer)(lambda message: consumers.pop(0)(message))))
    consume(layer, (channel, dict(content or {}, reply_channel=REPLY)), (channel, {}), **options)
    assert len(survived) == 1
    return replies(layer, LISTEN)


# Exceptions with a meaning

def test_denying_a_connect_refuses_the_socket(log):
    assert survive("websocket.connect", faulty(DenyConnection())) == [REFUSAL]
    assert log.having("Error") == []


def test_denying_anything_else_is_logged_with_consumer_and_channel(log):
    assert survive("websocket.receive", faulty(DenyConnection())) == []
    assert "faulty_consumer on websocket.receive" in log.one("DenyConnection")


@pytest.mark.parametrize("channel", ["websocket.connect", "websocket.receive"])
def test_a_websocket_close_exception_closes_the_socket_with_its_code(channel, log):
    assert survive(channel, faulty(WebsocketCloseException(4001))) == [{"close": 4001}]
    assert log.having("WebsocketCloseException") == []


def test_a_websocket_close_exception_without_a_socket_is_logged(log):
    assert survive("test.other", faulty(WebsocketCloseException())) == []
    assert "faulty_consumer on test.other" in log.one("WebsocketCloseException")


def interrupted():
    """What django_redis makes of a Redis that is away."""
    return ConnectionInterrupted(None, parent=ConnectionError("Connection refused"))


@pytest.mark.parametrize("error", [ConnectionError(), TimeoutError(), interrupted(), Undecided()])
@pytest.mark.parametrize("channel, told", [
    ("websocket.connect", {"close": 1013}),
    ("websocket.receive", {"close": 1013}),
    ("http.request", 503),
])
def test_a_server_that_is_away_is_told_in_one_line_and_tried_later(
        channel, told, error, log, monkeypatch):
    monkeypatch.setattr(dispatch, "refusals", RefusalLog(dispatch.logger))
    answer, = survive(channel, faulty(error))
    assert answer.get("status", answer) == told
    assert "faulty_consumer on %s, because something it needs is away" % channel in log.one("away")
    assert log.having("Error processing") == []


@pytest.mark.parametrize("channel, told", [
    ("websocket.connect", [{"close": 1013}]),
    ("websocket.receive", [{"close": 1013}]),
    ("test.other", []),
])
def test_full_memory_closes_the_socket_and_takes_one_line(channel, told, log):
    assert survive(channel, faulty(Full("/x-groups has room for 9 bytes"))) == told
    assert log.one("/x-groups has room").endswith(
        "faulty_consumer on %s, because /x-groups has room for 9 bytes" % channel)


def test_a_message_to_consume_later_comes_again():
    attempts = []

    def later(message):
        attempts.append(message.get("__retries__", 0))
        if len(attempts) < 3:
            raise ConsumeLater()
    consume(make_layer(route("test.later", later)), ("test.later", {}), max_messages=3)
    assert attempts == [0, 1, 2]


def test_a_request_that_is_consumed_later_too_often_is_logged_and_answered(log):
    layer = make_layer(route("http.request", faulty(ConsumeLater())))
    consume(layer, ("http.request", {"reply_channel": REPLY}), max_messages=3, message_retries=2)
    assert [answer["status"] for answer in replies(layer, LISTEN)] == [500]
    assert "faulty_consumer on http.request" in log.one("consumed later too often")


def test_the_last_try_of_a_message_is_marked_for_channels_decorators():
    marks = []

    def later(message):
        marks.append(hasattr(message, "__doomed__"))
        raise ConsumeLater()
    layer = make_layer(route("test.later", later))
    consume(layer, ("test.later", {}), max_messages=2, message_retries=1)
    assert marks == [False, True]


# Errors

def test_an_error_is_logged_once_with_its_traceback(log):
    survive("test.channel", faulty(KeyError("oops")))
    text = log.one("faulty_consumer on test.channel")
    assert "Traceback" in text and "KeyError: 'oops'" in text


def test_an_exit_in_a_consumer_does_not_end_the_worker(log):
    survive("test.channel", faulty(SystemExit(3)))
    assert "SystemExit" in log.one("faulty_consumer on test.channel")


def test_a_failed_request_without_an_answer_is_answered_with_500():
    answer, = survive("http.request", faulty(KeyError()))
    assert answer["status"] == 500
    assert not answer.get("more_content")


def test_a_failed_request_with_half_an_answer_is_ended():
    half = {"status": 200, "content": b"half", "more_content": True}
    answers = survive("http.request", faulty(KeyError(), half))
    assert answers == [half, {"content": b"", "more_content": False}]


def test_a_failed_request_with_an_answer_is_left_alone():
    answer = {"status": 200, "content": b"all"}
    assert survive("http.request", faulty(KeyError(), answer)) == [answer]


def test_a_failed_connect_refuses_the_socket():
    assert survive("websocket.connect", faulty(KeyError())) == [REFUSAL]


def test_a_connect_that_fails_after_accepting_closes_the_socket():
    accept = {"accept": True}
    assert survive("websocket.connect", faulty(KeyError(), accept)) == [accept, REFUSAL]


def test_an_open_socket_survives_a_failed_frame():
    assert survive("websocket.receive", faulty(KeyError())) == []


def test_messages_that_no_route_wants_are_one_line(log):
    seen = []
    layer = make_layer(route("test.channel", seen.append, path="^/known$"))
    unknown = ("test.channel", {"path": "/unknown"})
    consume(layer, unknown, unknown, ("test.channel", {"path": "/known"}))
    assert "/unknown" in log.one("no consumer for a message on test.channel")
    assert len(seen) == 1


def test_a_message_that_the_routing_chokes_on_is_logged(log, monkeypatch):
    monkeypatch.setattr(WorkerOutage, "longest", 0.01)
    seen = []
    layer = make_layer(route("test.channel", seen.append, path="^/known$"))
    consume(layer, ("test.channel", {"path": None}), ("test.channel", {"path": "/known"}))
    assert "TypeError" in log.one("can't take or handle")
    assert len(seen) == 1


def test_a_failing_receiver_of_consumer_finished_is_logged(log):
    def fail(**kwargs):
        raise KeyError("receiver")
    consumer_finished.connect(fail)
    try:
        survive("test.channel", lambda message: None)
    finally:
        consumer_finished.disconnect(fail)
    found = log.having("A receiver of consumer_finished failed after")
    assert len(found) == 2 and "KeyError: 'receiver'" in found[0].text  # one for each message


def test_a_method_of_an_instance_can_be_a_consumer(log):
    class Consumer:
        def consume(self, message):
            raise KeyError()
    consume(make_layer(route("test.channel", Consumer().consume)), ("test.channel", {}))
    assert "Consumer.consume" in log.one("Error processing message")


# Messages that can't be sent

def test_a_full_channel_drops_its_messages_with_a_count_and_no_others(log):
    layer = make_layer(capacity=2)

    def talkative(message):
        for number in range(4):
            Channel("test.full", channel_layer=layer).send({"number": number})
        message.reply_channel.send({"text": "after"})
    assert survive("test.channel", talkative, layer=layer) == [{"text": "after"}]
    assert replies(layer, "test.full") == [{"number": 0}, {"number": 1}]
    text = log.one("dropped")
    assert "talkative on test.channel: 2 pending message(s) to test.full" in text


def test_only_the_first_message_waits_for_room_in_a_full_channel():
    layer = make_layer(capacity=1)
    layer.send("test.full", {})
    attempts = []

    class Target(Channel):
        def send(self, content, immediately=False):
            if immediately:
                attempts.append(content["number"])
            super().send(content, immediately)

    def consumer(message):
        for number in range(3):
            Target("test.full", channel_layer=layer).send({"number": number})
    consume(layer_with(layer, consumer), ("test.channel", {}))
    assert attempts.count(0) > 1
    assert attempts[-2:] == [1, 2] and len(attempts) == attempts.count(0) + 2


def test_a_full_channel_gets_its_message_once_there_is_room():
    layer = make_layer(capacity=1)
    layer.send("test.full", {"number": 0})
    received = []

    class Target(Channel):
        def send(self, content, immediately=False):
            try:
                super().send(content, immediately)
            except layer.ChannelFull:
                received.extend(replies(layer, "test.full"))
                raise

    def consumer(message):
        Target("test.full", channel_layer=layer).send({"number": 1})
    consume(layer_with(layer, consumer), ("test.channel", {}))
    assert received + replies(layer, "test.full") == [{"number": 0}, {"number": 1}]


def layer_with(layer, consumer):
    layer.router.add_route(route("test.channel", consumer))
    return layer


def test_a_message_that_can_not_be_sent_at_all_is_logged_and_the_next_one_sent(log):
    def consumer(message):
        Channel("no channel's name", channel_layer=message.channel_layer).send({})
        message.reply_channel.send({"text": "after"})
    assert survive("test.channel", consumer) == [{"text": "after"}]
    assert "Traceback" in log.one("can't be sent")
    assert "consumer on test.channel: 1 pending message(s)" in log.one("dropped")


# What a consumer leaves behind

def test_the_language_and_the_zone_of_a_page_are_not_the_next_messages():
    found = []

    def page(message):
        translation.activate("es")
        timezone.activate("Asia/Tokyo")

    def listener(message):
        found.append((translation.get_language(), timezone.get_current_timezone_name()))
    consumers = [page, listener]
    layer = make_layer(route("test.any", lambda message: consumers.pop(0)(message)))
    consume(layer, ("test.any", {}), ("test.any", {}))
    assert found == [("en", "UTC")]
