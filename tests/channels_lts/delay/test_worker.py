"""
The logic of rundelay: what it stores, sends, skips and waits for.
"""
import json
import time
import uuid
from datetime import timedelta

import pytest
from asgiref.inmemory import ChannelLayer
from channels.delay.models import DelayedMessage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import ConnectionError

from channels_lts.delay.worker import Worker
from channels_lts.layers.redis import RedisChannelLayer

from ..worker.loops import make_layer, replies, run
from ..worker.test_outage import UnsteadyLayer

pytestmark = [pytest.mark.django_db(transaction=True),
              pytest.mark.usefixtures("log", "short_waits")]


@pytest.fixture
def layer():
    return make_layer(layer=ChannelLayer(capacity=200))


@pytest.fixture
def worker(layer):
    return make_worker(layer)


def make_worker(layer):
    worker = Worker(layer, signal_handlers=False)
    worker.glance = 0.001
    return worker


def delay(layer, number=1, milliseconds=0, channel="test.out"):
    layer.send("asgi.delay", {
        "channel": channel, "content": {"number": number}, "delay": milliseconds})


def row(number=1, channel="test.out", seconds=-1, content=None):
    return DelayedMessage.objects.create(
        channel_name=channel, content=content or json.dumps({"number": number}),
        due_date=timezone.now() + timedelta(seconds=seconds))


def waiting():
    return [json.loads(each.content)["number"] for each in DelayedMessage.objects.order_by("pk")]


def sent(layer, channel="test.out"):
    return [content["number"] for content in replies(layer, channel)]


def make_due():
    DelayedMessage.objects.update(due_date=timezone.now() - timedelta(seconds=1))


def turns(worker, number=2):
    for _ in range(number):
        worker.look_at = 0
        worker.turn()


def test_a_message_is_kept_and_sent_when_it_is_due(worker, layer):
    delay(layer, milliseconds=60000)
    turns(worker)
    assert waiting() == [1]
    assert sent(layer) == []
    make_due()
    turns(worker)
    assert sent(layer) == [1]
    assert waiting() == []


def test_messages_are_sent_in_the_order_in_which_they_are_due(worker, layer):
    row(2, seconds=-1)
    row(1, seconds=-2)
    row(4, seconds=10)
    turns(worker)
    assert sent(layer) == [1, 2]
    assert waiting() == [4]


@pytest.mark.parametrize("content, problem", [
    ({}, "no channel, content, delay"),
    ({"channel": "test.out", "content": {}}, "no delay"),
    ({"channel": "test.out", "content": {}, "delay": "soon"}, "'soon'"),
    ({"channel": "test.out", "content": {}, "delay": True}, "True"),
    ({"channel": "test.out", "content": {}, "delay": None}, "None"),
    ({"channel": "test.out", "content": {}, "delay": 1e300}, "calendar"),
    ({"channel": "test.out", "content": {}, "delay": float("nan")}, "calendar"),
    ({"channel": "test.out", "content": {"body": b"x"}, "delay": 1}, "JSON"),
    ({"channel": "test.out", "content": "text", "delay": 1}, "isn't a dict"),
    ({"channel": "no channel", "content": {}, "delay": 1}, "no channel"),
    ({"channel": 7, "content": {}, "delay": 1}, ""),
    ({"channel": "", "content": {}, "delay": 1}, ""),
])
def test_an_invalid_message_is_logged_and_skipped(worker, layer, log, content, problem):
    layer.send("asgi.delay", content)
    delay(layer, 2)
    turns(worker)
    assert problem in log.one("Invalid message on asgi.delay skipped")
    assert sent(layer) == [2]


def test_a_row_that_can_never_be_sent_holds_up_nobody(worker, layer, log):
    row(1, content="no json")
    row(2)
    turns(worker)
    log.one("can never be sent")
    assert sent(layer) == [2]
    assert not DelayedMessage.objects.exists()


def test_what_finds_its_channel_full_is_sent_later_in_the_same_order(worker, log):
    layer = worker.channel_layer = make_layer(layer=ChannelLayer(capacity=3))
    for number in range(1, 8):
        row(number)
    row(9, channel="test.other")
    turns(worker)
    assert sent(layer, "test.other") == [9]
    assert waiting() == [4, 5, 6, 7]
    assert not DelayedMessage.objects.is_due().exists()
    assert sent(layer) == [1, 2, 3]
    make_due()
    turns(worker)
    assert sent(layer) == [4, 5, 6]
    make_due()
    turns(worker)
    assert sent(layer) == [7]


def test_a_browser_whose_channel_is_full_gets_its_message_later(redis_url):
    layer = make_layer(layer=RedisChannelLayer(
        hosts=[redis_url], prefix="delay-%s:" % uuid.uuid4().hex, capacity=1))
    worker = make_worker(layer)
    try:
        delay(layer, 3, milliseconds=60000)
        worker.look_at = time.monotonic() + 1.5  # so that it waits for it as a worker does
        worker.turn()
        row(1, channel="test.out!one")
        row(2, channel="test.out!one")
        turns(worker)
        assert waiting() == [3, 2]
    finally:
        layer.flush()


def test_a_full_channel_costs_one_attempt_a_turn(worker, monkeypatch):
    layer = worker.channel_layer = make_layer(layer=ChannelLayer(capacity=1))
    layer.send("test.out", {"number": 0})
    for number in range(50):
        row(number)
    attempts = []
    send_one = worker.send_one
    monkeypatch.setattr(worker, "send_one", lambda pk: attempts.append(pk) or send_one(pk))
    turns(worker, 3)
    assert len(attempts) == 1


def test_a_turn_takes_and_sends_a_bounded_number(worker, layer):
    worker.batch = 5
    for number in range(12):
        delay(layer, number)
    turns(worker, 1)
    assert len(waiting()) + len(replies(layer, "test.out")) == 5


def test_what_another_process_has_sent_is_not_sent_again(worker, layer):
    pk = row(1).pk
    other = make_worker(layer)
    assert worker.send_one(pk)
    assert other.send_one(pk)
    assert sent(layer) == [1]


def test_what_another_process_has_put_off_is_not_sent_yet(worker, layer):
    assert worker.send_one(row(1, seconds=5).pk)
    assert sent(layer) == []


def test_a_message_is_not_sent_unless_its_row_can_be_deleted(worker, layer, monkeypatch):
    def fail(self):
        raise OperationalError("the disk is full")
    row(1)
    with monkeypatch.context() as patch:
        patch.setattr(DelayedMessage, "delete", fail)
        turns(worker, 1)
    assert waiting() == [1]  # and it may have been sent: at least once
    turns(worker)
    assert sent(layer) == [1, 1]


def test_redis_goes_away_and_nothing_is_lost(log):
    layer = make_layer(layer=UnsteadyLayer(receive=[ConnectionError("away")] * 3))
    worker = make_worker(layer)
    delay(layer, 1)
    row(2)
    turns(worker, 3)
    assert waiting() == [2]  # nothing is tried meanwhile
    turns(worker, 2)
    assert sent(layer) == [2, 1]
    assert "hunter2" not in log.one("is away")
    log.one("is back after")


def test_redis_goes_away_just_before_a_message_is_sent(log):
    layer = make_layer(layer=UnsteadyLayer(send=[ConnectionError("away")] * 3))
    worker = make_worker(layer)
    row(1)
    for left in (1, 1, 1, 0):
        make_due()
        turns(worker, 1)
        assert DelayedMessage.objects.count() == left
    assert sent(layer) == [1]


def test_the_database_goes_away_and_the_message_in_hand_is_kept(worker, layer, log, monkeypatch):
    save, failures = DelayedMessage.save, [OperationalError("away")] * 3

    def unsteady(self, *args, **kwargs):
        if failures:
            raise failures.pop()
        save(self, *args, **kwargs)
    monkeypatch.setattr(DelayedMessage, "save", unsteady)
    delay(layer, 1, milliseconds=60000)
    turns(worker)
    assert waiting() == [1]
    assert "sqlite database is away" in log.one("is away") or connection.vendor != "sqlite"
    log.one("is back after")


def test_one_that_is_stopped_without_a_database_gives_back_what_it_holds(
        worker, layer, monkeypatch):
    def fail(self, *args, **kwargs):
        worker.termed = True
        raise OperationalError("away")
    monkeypatch.setattr(DelayedMessage, "save", fail)
    delay(layer, 1, milliseconds=60000)
    run(worker)
    content, = replies(layer, "asgi.delay")
    assert content["channel"] == "test.out" and content["content"] == {"number": 1}
    assert 50000 < content["delay"] <= 60000


class CountedLoops(Worker):
    """Runs its loop this many times, through a property as in channels' own tests."""
    rounds = 0

    @property
    def termed(self):
        self.rounds -= 1
        return self.rounds < 0

    @termed.setter
    def termed(self, value):
        self.rounds = int(value)


def test_channels_own_ways_to_end_it_work_and_it_may_be_run_again(worker, layer):
    worker.termed = True
    delay(layer, milliseconds=60000)
    run(worker)
    assert waiting() == []
    counted = CountedLoops(layer, signal_handlers=False)
    counted.termed = 1
    run(counted)
    assert waiting() == [1]
    make_due()
    counted.termed = 1
    run(counted)
    assert sent(layer) == [1]


def test_looking_costs_one_query_when_nothing_is_due(worker):
    row(1, seconds=60)
    with CaptureQueriesContext(connection) as queries:
        assert worker.look() == 1
    assert len(queries) == 1


def test_the_next_look_comes_when_the_next_message_is_due(worker, layer):
    row(1, seconds=60)
    assert worker.look() == 1
    row(2, seconds=0.5)
    assert 0 < worker.look() <= 0.5
    delay(layer, 3, milliseconds=0)
    worker.look_at = float("inf")
    worker.keep(layer.receive(["asgi.delay"])[1])
    assert worker.look_at < float("inf")
