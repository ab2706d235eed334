"""
Statistics: counted where something is sent, and in Redis now and then.
"""
import os
import subprocess
import sys
import threading

import pytest
from redis.exceptions import ConnectionError

from channels_lts.layers.redis import RedisChannelLayer, keys
from channels_lts.layers.redis.counters import DROPPED, SENT, Counters
from tests.support.waiting import in_thread

from .site import ROOT

PROCESS = "daphne.response.abc!"


def calls(layer, command):
    return layer.connection(0).info("commandstats").get("cmdstat_" + command, {}).get("calls", 0)


def stats_keys(layer):
    return list(layer.connection(0).scan_iter(layer.stats_prefix + "*", count=1000))


class Time:
    now = 100.0

    def __call__(self):
        return self.now


def test_what_was_taken_is_gone_until_it_is_put_back():
    counters = Counters()
    counters.sent("jobs")
    counters.sent("jobs", 2)
    counters.dropped("jobs")
    taken = counters.take()
    assert taken == {("jobs", SENT): 3, ("jobs", DROPPED): 1}
    assert counters.take() == {}
    counters.sent("jobs")
    counters.put_back(taken)
    assert counters.take() == {("jobs", SENT): 4, ("jobs", DROPPED): 1}


def test_names_that_are_random_can_not_fill_the_memory():
    counters = Counters()
    counters.most = 3
    for number in range(100):
        counters.dropped("body?%d" % number)
    taken = counters.take()
    assert len(taken) == 4 and taken["body?", DROPPED] == 97


def test_threads_lose_no_count():
    counters, before = Counters(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=lambda: [counters.sent("jobs") for _ in range(5000)])
               for _ in range(4)]
    try:
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        sys.setswitchinterval(before)
    assert counters.take() == {("jobs", SENT): 20000}


def test_it_is_due_when_no_heartbeat_has_taken_it():
    time = Time()
    counters = Counters(time)
    time.now += 100
    assert not counters.is_due()  # there is nothing
    counters.sent("jobs")
    assert counters.is_due()
    counters.take()
    counters.sent("jobs")
    time.now += counters.report_seconds
    assert not counters.is_due()
    time.now += 1
    assert counters.is_due()


def test_sending_costs_no_command_for_statistics(layer):
    layer.connection(0).hset(keys.interfaces(layer.prefix), PROCESS, "1 100")
    for name in ("a", "b"):
        layer.group_add("g", PROCESS + name)
    layer.group_add("g", "jobs")
    layer.connection(0).config_resetstat()
    layer.send("jobs", {})
    layer.send(PROCESS + "a", {})
    layer.send_group("g", {})
    assert [calls(layer, "incrby"), stats_keys(layer)] == [0, []]
    assert layer.counters.take() == {("jobs", SENT): 2, (PROCESS, SENT): 3}


def test_a_group_on_several_servers_counts_each_member_once(two_shards):
    layer, _ = two_shards
    processes = ["daphne.response.%d!" % number for number in range(40)]
    assert {layer.consistent_hash(each) for each in processes} == {0, 1}
    for process in processes:
        for shard in (0, 1):
            layer.connection(shard).hset(keys.interfaces(layer.prefix), process, "1 1")
        for name in ("a", "b"):
            layer.group_add("g", process + name)
    layer.send_group("g", {})
    assert layer.counters.take() == {(process, SENT): 2 for process in processes}
    layer.send_group("g", {})
    assert layer.counters.take() == {(process, DROPPED): 2 for process in processes}


def test_what_is_for_a_process_that_has_ended_is_not_sent(layer, two_shards):
    for each in (layer, two_shards[0]):
        for shard in range(each.ring_size):
            each.connection(shard).hset(keys.interfaces(each.prefix), PROCESS, "gone")
        each.send(PROCESS + "a", {})
        each.reply_sender.begin()
        each.send(PROCESS + "a", {})
        each.settle()
        assert each.counters.take() == {}


def test_a_worker_counts_a_reply_when_it_hears_that_it_was_taken(layer):
    layer.reply_sender.begin()
    layer.send(PROCESS + "a", {})
    assert layer.counters.take() == {}
    layer.settle()
    assert layer.counters.take() == {(PROCESS, SENT): 1}


@pytest.mark.parametrize("send", [
    lambda layer: layer.send("jobs", {}), lambda layer: layer.send_group("g", {})])
def test_a_process_without_a_heartbeat_reports_while_it_sends(new_layer, send):
    layer, other = new_layer(), new_layer()
    layer.group_add("g", "jobs")
    layer.counters.clock = Time()
    layer.counters.take()
    send(layer)
    assert other.channel_statistics("jobs")["messages_count"] == 0
    layer.counters.clock.now += layer.counters.report_seconds + 1
    send(layer)
    assert other.channel_statistics("jobs")["messages_count"] == 2
    assert other.global_statistics()["messages_count"] == 2


def test_a_report_that_fails_spoils_no_send(layer, monkeypatch):
    def fail(*arguments):
        raise ConnectionError("refused")
    layer.counters.clock = Time()
    layer.counters.take()
    layer.counters.clock.now += layer.counters.report_seconds + 1
    monkeypatch.setattr(layer.reporter, "_send", fail)
    layer.send("jobs", {})
    assert layer.counters.take() == {("jobs", SENT): 1}


def test_a_server_that_hangs_holds_up_a_send_to_another_one_for_a_moment_only(two_shards, log):
    _, servers = two_shards
    layer = RedisChannelLayer(
        hosts=[each.url for each in servers], connection_kwargs={"socket_timeout": 60})
    here, there = (next(
        name for name in ("daphne.response.%d!" % number for number in range(100))
        if layer.consistent_hash(name) == shard) for shard in (0, 1))
    layer.send(here + "a", {})  # over a connection that it keeps
    layer.counters.dropped(there)
    layer.counters.clock = Time()
    layer.counters.clock.now += layer.counters._taken_at + layer.counters.report_seconds
    servers[1].hang()
    in_thread(lambda: layer.send(here + "a", {}) or "sent")()
    assert servers[1].hangs()
    servers[1].go_on()


def test_counters_end_as_those_of_stock_do(layer):
    layer.send("jobs", {})
    layer.report_statistics()
    connection = layer.connection(0)
    lives = {key.decode("utf8")[len(layer.stats_prefix):]: connection.ttl(key)
             for key in stats_keys(layer)}
    assert lives == {"jobs:messages_count": layer.channel_statistics_expiry,
                     "#global#:messages_count": layer.global_statistics_expiry}


def test_a_child_does_not_report_what_its_parent_has_counted(layer):
    layer.send("jobs", {})
    child = os.fork()
    if not child:
        os._exit(0 if layer.counters.take() == {} else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert layer.counters.take() == {("jobs", SENT): 1}


def run(layer, source):
    """The output of a process that uses a layer like this one, and ends."""
    return subprocess.run(
        [sys.executable, "-c",
         "from channels_lts.layers.redis import RedisChannelLayer\n"
         "layer = RedisChannelLayer(hosts=%r, prefix=%r, stats_prefix=%r)\n%s" % (
             layer.hosts, layer.prefix, layer.stats_prefix, source)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=True).stdout


def test_a_process_that_ends_has_reported(layer):
    assert run(layer, "layer.send('jobs', {})") == b""
    assert layer.channel_statistics("jobs")["messages_count"] == 1


def test_a_process_that_ends_without_redis_ends_in_silence(new_redis, new_layer):
    server = new_redis("--save", "")
    layer = new_layer(hosts=[server.url])
    assert run(layer, "layer.send('jobs', {})\nlayer.connection(0).shutdown()") == b""


def test_a_process_that_ends_does_not_wait_for_a_redis_that_hangs(new_redis, new_layer):
    servers = [new_redis("--save", "") for _ in range(2)]
    layer = new_layer(hosts=[each.url for each in servers])
    for each in servers:
        each.hang()
    assert run(layer, "for number in range(100): layer.counters.sent('a?%d' % number)") == b""
    assert all(each.hangs() for each in servers)


def test_a_signal_s_handler_may_count_while_somebody_counts():
    counters = Counters()

    def handle():
        with counters._lock:
            counters.sent("jobs")
        return True
    assert in_thread(handle)()


def test_a_process_that_ends_asks_no_redis_that_is_away(layer):
    layer.counters.sent("jobs")
    layer.outages[0].begin(ConnectionError("gone"), layer.outages[0].clock())
    layer.connection(0).config_resetstat()
    layer.reporter.report_last()
    assert calls(layer, "incrby") == 0


def test_the_reactor_is_not_held_up_by_a_report(layer, reactor):
    layer.counters.clock = Time()
    layer.counters.take()
    layer.counters.sent("jobs")
    layer.counters.clock.now += layer.counters.report_seconds + 1
    layer.connection(0).config_resetstat()
    reactor.call(layer.send, "jobs", {})
    assert calls(layer, "incrby") == 0


def test_a_process_that_ends_gives_up_at_the_first_silent_server(two_shards, monkeypatch):
    layer, _ = two_shards
    asked = []

    def fail(shard, report):
        asked.append(shard)
        raise ConnectionError("silent")
    monkeypatch.setattr(layer.reporter, "_send", fail)
    for number in range(100):
        layer.counters.sent("a?%d" % number)
    layer.reporter.report_last()
    assert len(asked) == 1
