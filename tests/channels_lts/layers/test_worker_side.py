"""
What workers, views and commands call, on a real Redis.
"""
import threading
import time
from contextlib import contextmanager
from unittest import mock

import asgi_redis
import pytest
import redis
from redis.connection import Connection

from channels_lts.layers.redis import RedisChannelLayer, keys
from tests.support.waiting import blocked_clients, in_thread, wait_for


def test_a_waiting_worker_hears_every_shard_at_once(two_shards):
    layer, servers = two_shards
    layer.blpop_timeout = 60  # the test would end by its own bounds long before
    for shard in (0, 1, 0, 1):
        waiting = in_thread(layer.receive, ["jobs"], block=True)
        for server in servers:
            wait_for(lambda: blocked_clients(server.client), what="a blocked worker")
        asgi_redis.RedisChannelLayer(hosts=[servers[shard].url]).send("jobs", {"shard": shard})
        assert waiting() == ("jobs", {"shard": shard})
        assert not any(blocked_clients(server.client) for server in servers)


def test_of_two_messages_at_the_same_time_one_stays_in_redis(two_shards, monkeypatch):
    layer, servers = two_shards
    singles = [asgi_redis.RedisChannelLayer(hosts=[server.url]) for server in servers]
    wait = layer.receiver.poller.wait
    # Nothing is there at the first look; when the worker begins to wait, both shards have one.
    monkeypatch.setattr(layer.receiver.poller, "wait", lambda lists, seconds: (
        [single.send("jobs", {"from": number}) for number, single in enumerate(singles)]
        and wait(lists, seconds)))
    first = layer.receive(["jobs"], block=True)
    left = [server.client.llen("asgi:jobs") for server in servers]
    assert sorted(left) == [0, 1]
    second = layer.receive(["jobs"])
    assert sorted(message["from"] for _, message in (first, second)) == [0, 1]


def test_a_message_that_can_not_be_put_back_takes_no_other_with_it(
        two_shards, monkeypatch, log):
    layer, servers = two_shards
    singles = [asgi_redis.RedisChannelLayer(hosts=[server.url]) for server in servers]
    wait = layer.receiver.poller.wait

    def wait_for_both(lists, seconds):
        for single in singles:
            single.send("jobs", {})
        found, errors = wait(lists, seconds)
        if len(found) == 2:
            servers[found[1][0]].stop()
        return found, errors
    monkeypatch.setattr(layer.receiver.poller, "wait", wait_for_both)
    monkeypatch.setattr(layer.shards, "retry_seconds", 0.1)
    assert layer.receive(["jobs"], block=True) == ("jobs", {})


def test_a_group_is_not_sent_twice_because_one_of_its_servers_is_away(two_shards, log):
    layer, servers = two_shards
    layer.shards.retry_seconds = 0.1
    group = next(name for name in "abcdefgh" if layer.consistent_hash(name) == 0)
    here, there = (next(
        "p%d!" % number for number in range(100) if layer.consistent_hash("p%d!" % number) == shard)
        for shard in (0, 1))
    for process in (here, there):
        layer.group_add(group, process + "socket")
    servers[1].stop()
    layer.send_group(group, {"text": "once"})
    assert servers[0].client.llen("asgi:" + here) == 1
    assert "message to %s not taken" % there in log.text


def test_while_one_shard_is_away_the_other_one_is_served(two_shards, log):
    layer, servers = two_shards
    layer.blpop_timeout = 0.1
    servers[0].stop()
    for number in range(4):
        layer.send("jobs", {"number": number})
    got = [layer.receive(["jobs"], block=True)[1]["number"] for _ in range(4)]
    assert sorted(got) == [0, 1, 2, 3]
    assert log.count("is away") == 1
    servers[0].start()
    wait_for(lambda: layer.receive(["jobs"], block=True) == (None, None) and log.count("is back"),
             what="the return")


def test_a_blocked_worker_survives_its_redis(new_redis, log):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    waiting = in_thread(layer.receive, ["jobs"], block=True)
    wait_for(lambda: blocked_clients(server.client), what="a blocked worker")
    server.stop()
    assert waiting() == (None, None)
    for _ in range(3):
        assert layer.receive(["jobs"], block=True) == (None, None)
    server.start()
    layer.send("jobs", {"text": "again"})
    message = wait_for(lambda: layer.receive(["jobs"], block=True)[1], what="a message")
    assert message == {"text": "again"}
    assert log.count("is away") == log.count("is back") == 1


def test_a_sender_waits_for_a_redis_that_restarts(new_redis):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.send("jobs", {"text": "before"})
    layer.shards.retry_seconds = 20
    server.stop()
    sending = in_thread(layer.send, "jobs", {"text": "after"})
    adding = in_thread(layer.group_add, "g", "jobs")
    server.start()
    assert sending() is None and adding() is None
    assert layer.receive(["jobs"]) == ("jobs", {"text": "after"})
    assert layer.group_channels("g") == ["jobs"]


def test_a_sender_gives_up_when_redis_stays_away(new_redis):
    server = new_redis()
    layer = RedisChannelLayer(hosts=[server.url])
    layer.shards.retry_seconds = 0.2
    server.stop()
    for call in (lambda: layer.send("jobs", {}), lambda: layer.send_group("g", {}),
                 lambda: layer.group_add("g", "jobs"), lambda: layer.group_discard("g", "jobs")):
        with pytest.raises(redis.ConnectionError):
            call()


def test_a_command_that_may_have_run_is_not_tried_again(layer, log):
    calls = []

    def time_out():
        calls.append(True)
        raise redis.TimeoutError("Timeout reading from socket")
    with pytest.raises(redis.TimeoutError):
        layer.circuit_breaker.call_until(0, time_out, 5)
    assert len(calls) == 1


def test_scripts_that_the_server_has_forgotten_are_given_again(layer):
    layer.connection(0).script_flush()
    layer.group_add("g", "a")
    layer.group_add("g", "b")
    layer.send_group("g", {"text": "x"})
    layer.connection(0).script_flush()
    assert layer.receive(["a"])[1] == layer.receive(["b"])[1] == {"text": "x"}


@contextmanager
def written():
    """What this thread sends to Redis meanwhile: each is a round trip."""
    sent, send, thread = [], Connection.send_packed_command, threading.get_ident()

    def noted(connection, command):
        # Another test's layer may still be probing its server, in a separate thread.
        if threading.get_ident() == thread:
            sent.append(command)
        send(connection, command)
    with mock.patch.object(Connection, "send_packed_command", noted):
        yield sent


def test_a_group_of_20000_sockets_on_one_daphne_is_one_entry(layer):
    connection, process = layer.connection(0), "daphne.response.big!"
    connection.hset(keys.interfaces(layer.prefix), process, "1 100")
    members = [part for number in range(20000)
               for part in (time.time(), "%s%d" % (process, number))]
    connection.execute_command("ZADD", layer._group_key("g"), *members)
    layer.send_group("nobody", {"text": "so that the server knows the script"})
    with written() as commands:
        layer.send_group("g", {"text": "x"})
    assert len(commands) == 1
    assert connection.llen(layer.prefix + process) == 1
    found = {layer.receive([process])[0] for _ in range(20000)}
    assert found == {"%s%d" % (process, number) for number in range(20000)}


def test_a_member_whose_time_is_over_gets_nothing(new_layer):
    layer = new_layer(group_expiry=100)
    layer.group_add("g", "stays")
    layer.connection(0).execute_command("ZADD", layer._group_key("g"), time.time() - 101, "gone")
    layer.send_group("g", {"text": "x"})
    assert layer.receive(["gone"]) == (None, None)
    assert layer.receive(["stays"]) == ("stays", {"text": "x"})


def test_no_channel_starves_the_others(layer):
    for channel in ("a", "b"):
        for _ in range(50):
            layer.send(channel, {})
    first_half = [layer.receive(["a", "b"])[0] for _ in range(50)]
    assert set(first_half) == {"a", "b"}


def test_each_call_hears_its_own_channels_only(layer):
    layer.send("a", {})
    assert layer.receive(["a"])[0] == "a"
    layer.send("a", {})
    assert layer.receive(["b"]) == (None, None)
    assert layer.receive(["b", "a"])[0] == "a"
    with pytest.raises(TypeError):
        layer.receive(["not a name"])


def test_what_nobody_can_receive_any_more_takes_no_place(new_layer):
    layer = new_layer(capacity=2, expiry=60)
    connection = layer.connection(0)
    for _ in range(2):
        layer.send("jobs", {})
    connection.delete(*connection.lrange(layer.prefix + "jobs", 0, -1))  # as if they had expired
    layer.send("jobs", {"text": "fresh"})
    assert connection.llen(layer.prefix + "jobs") == 1
    assert layer.receive(["jobs"]) == ("jobs", {"text": "fresh"})


def test_an_overflow_is_raised_counted_and_logged(new_layer, log):
    layer = new_layer(capacity=2)
    for _ in range(2):
        layer.send("jobs", {})
    with pytest.raises(layer.ChannelFull):
        layer.send("jobs", {})
    assert layer.channel_statistics("jobs")["channel_full_count"] == 1
    assert layer.global_statistics()["channel_full_count"] == 1
    assert "1 message to jobs not taken: it is full" in log.text


def test_an_overflow_in_a_group_is_counted_and_logged_for_every_socket(new_layer, log):
    layer = new_layer(capacity=1)
    process = "daphne.response.full!"
    layer.connection(0).hset(keys.interfaces(layer.prefix), process, "1 1")
    for name in "abc":
        layer.group_add("g", process + name)
    layer.group_add("g", "jobs")
    layer.send_group("g", {"text": "x"})
    layer.send_group("g", {"text": "y"})
    assert layer.channel_statistics(process)["channel_full_count"] == 3
    assert layer.channel_statistics("jobs")["channel_full_count"] == 1
    assert "3 messages to %s not taken" % process in log.text
    assert "1 message to jobs not taken" in log.text


def test_a_shard_that_is_full_leaves_the_message_to_the_other(redis_url, clean):
    base, _, number = redis_url.rpartition("/")
    layer = RedisChannelLayer(
        hosts=[redis_url, "%s/%d" % (base, (int(number) + 1) % 16)], prefix=clean(), capacity=1)
    layer.send("jobs", {})
    layer.send("jobs", {})
    with pytest.raises(layer.ChannelFull):
        layer.send("jobs", {})
    for _ in range(2):
        assert layer.receive(["jobs"])[0] == "jobs"


def test_statistics_tell_the_truth_about_bundles(layer):
    process = "daphne.response.some!"
    layer.connection(0).hset(keys.interfaces(layer.prefix), process, "1 100")
    for name in "abc":
        layer.group_add("g", process + name)
    layer.send_group("g", {"text": "x"})
    found = layer.channel_statistics(process)
    assert (found["messages_count"], found["messages_pending"]) == (3, 1)
    assert 0 <= found["messages_max_age"] < layer.expiry
    assert layer.global_statistics()["messages_count"] == 3


def test_a_line_feed_is_in_no_name(layer):
    for call in (lambda: layer.send("a!b\n", {}), lambda: layer.group_add("g", "a!b\n"),
                 lambda: layer.receive(["a\n"])):
        with pytest.raises(TypeError):
            call()
    for name in ("a", "a.b-c_d", "a?b", "a!", "a!b"):
        assert RedisChannelLayer.channel_name_regex.match(name)
