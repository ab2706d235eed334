"""
Loops whose Redis goes away, and how they stop and report that they are alive.
"""
import threading

import pytest
from asgiref.inmemory import ChannelLayer
from channels import route
from channels.signals import consumer_finished
from redis.exceptions import ConnectionError, TimeoutError

from channels_lts.layers import base
from channels_lts.layers.drop_log import CountedDropLog
from channels_lts.layers.metrics import NoMetrics
from channels_lts.layers.redis.capabilities import RedisCapabilities
from channels_lts.layers.redis.counters import DROPPED, Counters
from channels_lts.redis import redact
from channels_lts.worker import Worker, WorkerGroup
from channels_lts.worker.heartbeat import Heartbeat
from channels_lts.worker.layer import address_of
from channels_lts.worker.outage import WorkerOutage
from channels_lts.worker.process import LoopStatus, Process
from channels_lts.worker.stop_event import StopEvent
from channels_lts.worker.watchdog import Watchdog
from tests.support.waiting import in_thread

from .loops import consume, make_layer, replies, run


class Address(base.Capabilities):
    def address(self):
        return redact("redis://:hunter2@redis.example:6379/0")


class UnsteadyLayer(ChannelLayer, base.ChannelLayer):
    """Raises the given errors, one for each call, before it works."""

    @property
    def capabilities(self):
        return Address(self)

    def __init__(self, receive=(), send=()):
        super().__init__()
        self.errors = {"receive": list(receive), "send": list(send)}
        self.blocking = []

    def fail(self, call):
        if self.errors[call]:
            raise self.errors[call].pop(0)

    def receive(self, channels, block=False):
        self.blocking.append(block)
        self.fail("receive")
        return super().receive(channels, block)

    def send(self, channel, message):
        if channel.startswith("test.out"):
            self.fail("send")
        super().send(channel, message)


pytestmark = pytest.mark.usefixtures("short_waits")


def reply(message):
    message.reply_channel.send({"text": "done"})


MESSAGE = ("test.in", {"reply_channel": "test.out"})
THREE = [ConnectionError("gone"), TimeoutError("slow"), ConnectionError("gone")]


@pytest.mark.parametrize("worker_class, options", [(Worker, {}), (WorkerGroup, {"n_threads": 3})])
def test_an_outage_while_receiving_is_told_once_at_each_end(log, worker_class, options):
    layer = make_layer(route("test.in", reply), layer=UnsteadyLayer(receive=THREE * 2))
    consume(layer, MESSAGE, worker_class=worker_class, **options)
    assert replies(layer, "test.out") == [{"text": "done"}]
    log.one("Redis at redis://***@redis.example:6379/0 is away, waiting for it: gone")
    log.one("is back")


def test_the_first_attempt_after_an_outage_does_not_block():
    layer = make_layer(route("test.in", reply), layer=UnsteadyLayer(receive=THREE))
    consume(layer, MESSAGE)
    assert layer.blocking == [True, False, False, False]


def test_what_a_consumer_sends_waits_for_the_end_of_an_outage(log):
    layer = make_layer(route("test.in", reply), layer=UnsteadyLayer(send=THREE))
    layer.send(*MESSAGE)
    worker = Worker(layer, signal_handlers=False)

    def stop(**kwargs):  # when nothing is left to do with the message
        worker.termed = True
    consumer_finished.connect(stop)
    try:
        run(worker)
    finally:
        consumer_finished.disconnect(stop)
    assert replies(layer, "test.out") == [{"text": "done"}]
    log.one("is away")
    log.one("is back")


def test_a_stop_during_an_outage_gives_up_and_counts_what_is_lost(log):
    layer = make_layer(route("test.in", reply),
                       layer=UnsteadyLayer(send=[ConnectionError("gone")] * 100000))
    layer.send(*MESSAGE)
    run(Worker(layer, signal_handlers=False), until=lambda: log.having("is away"))
    assert "1 pending message(s) to test.out dropped, Redis is unavailable" in log.one("dropped")


def test_an_expired_message_is_not_kept_for_the_end_of_an_outage(log):
    layer = make_layer(route("test.in", reply),
                       layer=UnsteadyLayer(send=[ConnectionError("gone")] * 100000))
    layer.send(*MESSAGE)
    layer.channel_layer.expiry = 0.05
    run(Worker(layer, signal_handlers=False), until=lambda: log.having("dropped"))
    assert "Redis is unavailable" in log.one("dropped")


class Settling(base.Capabilities):
    def settle(self):
        self.layer.settle()


class SettlingLayer(ChannelLayer, base.ChannelLayer):
    """Counts how often it is asked to wait for what it has sent."""
    settled = 0
    error = None

    @property
    def capabilities(self):
        return Settling(self)

    def settle(self):
        self.settled += 1
        if self.error:
            raise self.error


@pytest.mark.parametrize("error", [None, ConnectionError("gone")])
def test_the_answers_to_the_last_replies_are_read_at_the_end(log, error):
    settling = SettlingLayer()
    settling.error = error
    consume(make_layer(route("a", lambda message: None), layer=settling), ("a", {}))
    assert settling.settled == 1
    assert len(log.having("last replies")) == (1 if error else 0)


def test_a_stop_ends_the_wait_for_redis():
    stop_event = StopEvent()
    outage = WorkerOutage("nowhere", stop_event)
    outage.shortest = outage.longest = 3600
    has_waited = in_thread(outage.wait, ConnectionError("gone"))
    stop_event.set()
    has_waited()


@pytest.mark.parametrize("worker_class, options", [(Worker, {}), (WorkerGroup, {"n_threads": 2})])
def test_an_unforeseen_error_while_receiving_ends_no_thread(log, worker_class, options):
    layer = make_layer(route("test.in", reply), layer=UnsteadyLayer(receive=[KeyError("odd")] * 4))
    consume(layer, MESSAGE, worker_class=worker_class, **options)
    assert replies(layer, "test.out") == [{"text": "done"}]
    assert len(log.having("KeyError: 'odd'")) == 4


def test_threads_share_the_count_of_max_messages():
    layer = make_layer(route("test.in", reply))
    for number in range(8):
        layer.send(*MESSAGE)
    consume(layer, worker_class=WorkerGroup, n_threads=3, max_messages=5)
    # Others may have taken one when the fifth was taken, and then they finish it.
    assert 5 <= len(replies(layer, "test.out")) <= 7


def test_a_group_does_not_end_under_a_message_in_a_threads_hands(log):
    everybody = threading.Barrier(2)
    main_loop_is_over, release = threading.Event(), threading.Event()

    class Group(WorkerGroup):
        def work(self):
            main.append(threading.current_thread())
            super().work()
            main_loop_is_over.set()

    def consumer(message):
        everybody.wait(10)
        if threading.current_thread() is not main[0]:
            release.wait(10)
    main = []
    layer = make_layer(route("test.in", consumer))
    layer.send(*MESSAGE)
    layer.send(*MESSAGE)
    has_run = in_thread(Group(layer, n_threads=2, max_messages=2, signal_handlers=False).run)
    assert main_loop_is_over.wait(10)
    main[0].join(0.3)
    assert main[0].is_alive()
    release.set()
    has_run()
    assert log.having("Error") == []


def test_channels_own_way_to_end_a_worker_works():
    worker = Worker(make_layer(route("test.in", reply)), signal_handlers=False)
    worker.termed = True
    run(worker)


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


def test_each_round_of_the_loop_asks_termed_and_a_worker_may_be_run_again():
    layer = make_layer(route("test.in", reply))
    worker = CountedLoops(layer, signal_handlers=False)
    for sent in (1, 2):
        layer.send(*MESSAGE)
        layer.send(*MESSAGE)
        worker.termed = sent
        run(worker)
        assert len(replies(layer, "test.out")) == sent


# The heartbeat

@pytest.fixture
def beats(monkeypatch):
    beats = []
    monkeypatch.setattr(base.Capabilities, "beat", lambda self, *beat: beats.append(beat))
    return beats


def test_an_idle_worker_tells_that_it_is_alive_again_and_again(beats, monkeypatch):
    monkeypatch.setattr(Heartbeat, "beat_seconds", 0.01)
    worker = WorkerGroup(make_layer(route("test.in", reply)), n_threads=2, signal_handlers=False)
    run(worker, until=lambda: len(beats) > 3)
    kind, name, details = beats[0]
    assert kind == "worker" and name and details == {
        "threads": 2, "moving": 2, "busy": 0}


def heartbeat_of(layer, *loops):
    loops = list(loops or [LoopStatus()])
    return Heartbeat(layer, loops, Process(make_layer()), Watchdog(loops))


def test_a_loop_that_is_stuck_stops_the_heartbeat_and_a_slow_consumer_does_not(beats):
    loop = LoopStatus()
    loop.moved_at -= 60
    heartbeat_of(make_layer(), loop).beat()
    assert len(beats) == 1
    loop.moved_at -= 70
    heartbeat_of(make_layer(), loop).beat()
    assert len(beats) == 1


def test_a_heartbeat_that_can_not_be_sent_does_not_matter(beats, monkeypatch):
    def fail(*args):
        beats.append(args)
        raise ConnectionError("gone")
    monkeypatch.setattr(base.Capabilities, "beat", fail)
    monkeypatch.setattr(Heartbeat, "beat_seconds", 0.01)
    run(Worker(make_layer(), signal_handlers=False), until=lambda: len(beats) > 3)


class CountingCapabilities(RedisCapabilities):
    beat = base.Capabilities.beat


class CountingLayer:
    """What a Heartbeat sees of our layer."""

    def __init__(self, error=None):
        self.counters = Counters()
        self.drop_log = CountedDropLog(self.counters)
        self.metrics = NoMetrics()
        self.error = error
        self.reported = []

    @property
    def capabilities(self):
        return CountingCapabilities(self)

    def report_statistics(self):
        if self.error:
            raise self.error
        self.reported.append(dict(self.counters.take()))


base.ChannelLayer.register(CountingLayer)


def test_what_was_dropped_is_counted_with_each_beat_and_told_at_the_end(beats):
    layer = CountingLayer()
    layer.drop_log.note("jobs", 2, reason="Redis is away")
    heartbeat_of(layer).beat()
    assert layer.reported == [{("jobs", DROPPED): 2}]
    with heartbeat_of(layer):
        layer.drop_log.note("jobs", 3, reason="Redis is away")
    # The first beat, in a thread, or the last report has it.
    assert [each for each in layer.reported[1:] if each] == [{("jobs", DROPPED): 3}]
    assert layer.drop_log.told_at and not layer.drop_log.pending


def test_a_count_that_can_not_be_sent_does_not_keep_a_worker_from_its_end(beats):
    with heartbeat_of(CountingLayer(ConnectionError("gone"))):
        pass


# Addresses

def test_the_address_of_a_layer_has_no_password():
    assert address_of(make_layer(layer=UnsteadyLayer())) == "redis://***@redis.example:6379/0"


def test_a_layer_without_hosts_is_shown_by_its_name():
    assert address_of(make_layer()) == "default (asgiref.inmemory.ChannelLayer)"
