"""
Loops whose Redis goes away, and how they stop and tell that they are alive.
"""
import threading
import time

import pytest
from asgiref.inmemory import ChannelLayer
from channels import route
from redis.exceptions import ConnectionError, TimeoutError

from channels_lts.layers import base
from channels_lts.layers.drop_log import CountedDropLog
from channels_lts.layers.redis.capabilities import RedisCapabilities
from channels_lts.layers.redis.counters import DROPPED, Counters
from channels_lts.redis import redact
from channels_lts.worker import Worker, WorkerGroup
from channels_lts.worker.address import address_of
from channels_lts.worker.heartbeat import Minder
from channels_lts.worker.outage import Outage
from channels_lts.worker.stop_event import Shift

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
    consume(layer, MESSAGE, max_messages=2, worker_class=StoppedWhenIdle)
    assert replies(layer, "test.out") == [{"text": "done"}]
    log.one("is away")
    log.one("is back")


class StoppedWhenIdle(Worker):
    """Ends its shift after the first message, once nothing is left to do with it."""

    def finish(self, origin):
        super().finish(origin)
        self.shift.end()


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
    shift = Shift()
    outage = Outage(shift, "nowhere")
    outage.shortest = outage.longest = 3600
    thread = threading.Thread(target=outage.wait, args=(ConnectionError("gone"),), daemon=True)
    thread.start()
    shift.end()
    thread.join(10)
    assert not thread.is_alive()


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


def test_a_group_does_not_end_under_a_message_in_a_threads_hands():
    everybody = threading.Barrier(2)
    main_loop_is_over, release = threading.Event(), threading.Event()

    class Group(WorkerGroup):
        def work(self):
            super().work()
            main_loop_is_over.set()

    def consumer(message):
        everybody.wait(10)
        if threading.current_thread() is not thread:
            release.wait(10)
    layer = make_layer(route("test.in", consumer))
    layer.send(*MESSAGE)
    layer.send(*MESSAGE)
    group = Group(layer, n_threads=2, max_messages=2, signal_handlers=False)
    thread = threading.Thread(target=group.run, daemon=True)
    thread.start()
    assert main_loop_is_over.wait(10)
    thread.join(0.3)
    assert thread.is_alive()
    release.set()
    thread.join(10)
    assert not thread.is_alive()


def test_channels_own_way_to_end_a_worker_works():
    worker = Worker(make_layer(route("test.in", reply)), signal_handlers=False)
    worker.termed = True
    run(worker)


# The heartbeat

@pytest.fixture
def beats(monkeypatch):
    beats = []
    monkeypatch.setattr(base.Capabilities, "beat", lambda self, *beat: beats.append(beat))
    return beats


def test_an_idle_worker_tells_that_it_is_alive_again_and_again(beats, monkeypatch):
    monkeypatch.setattr(Minder, "beat_seconds", 0.01)
    worker = WorkerGroup(make_layer(route("test.in", reply)), n_threads=2, signal_handlers=False)
    run(worker, until=lambda: len(beats) > 3)
    kind, name, details = beats[0]
    assert kind == "worker" and name and details == {"threads": 2, "moving": 2}


def test_a_loop_that_is_stuck_stops_the_heartbeat_and_a_slow_consumer_does_not(beats):
    worker = Worker(make_layer(), signal_handlers=False)
    worker.moved_at -= 60
    Minder([worker]).beat()
    assert len(beats) == 1
    worker.moved_at -= 70
    Minder([worker]).beat()
    assert len(beats) == 1


def test_a_heartbeat_that_can_not_be_sent_does_not_matter(beats, monkeypatch):
    def fail(*args):
        beats.append(args)
        raise ConnectionError("gone")
    monkeypatch.setattr(base.Capabilities, "beat", fail)
    monkeypatch.setattr(Minder, "beat_seconds", 0.01)
    run(Worker(make_layer(), signal_handlers=False), until=lambda: len(beats) > 3)


class CountingCapabilities(RedisCapabilities):
    beat = base.Capabilities.beat


class CountingLayer:
    """What a Minder sees of our layer."""

    def __init__(self, error=None):
        self.counters = Counters()
        self.drop_log = CountedDropLog(self.counters)
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


class Mindful:
    """What a Minder sees of a worker."""
    signal_handlers = False
    task = None

    def __init__(self, layer):
        self.shift = Shift()
        self.channel_layer = layer
        self.moved_at = time.monotonic()
        self.is_receiving = False


def test_what_was_dropped_is_counted_with_each_beat_and_told_at_the_end(beats):
    layer = CountingLayer()
    layer.drop_log.note("jobs", 2, reason="Redis is away")
    Minder([Mindful(layer)]).beat()
    assert layer.reported == [{("jobs", DROPPED): 2}]
    with Minder([Mindful(layer)]):
        layer.drop_log.note("jobs", 3, reason="Redis is away")
    assert layer.reported[-1] == {("jobs", DROPPED): 3}
    assert layer.drop_log.told_at and not layer.drop_log.pending


def test_a_count_that_can_not_be_sent_does_not_keep_a_worker_from_its_end(beats):
    with Minder([Mindful(CountingLayer(ConnectionError("gone")))]):
        pass


# Addresses

def test_the_address_of_a_layer_has_no_password():
    assert address_of(make_layer(layer=UnsteadyLayer())) == "redis://***@redis.example:6379/0"


def test_a_layer_without_hosts_is_shown_by_its_name():
    assert address_of(make_layer()) == "default (asgiref.inmemory.ChannelLayer)"
