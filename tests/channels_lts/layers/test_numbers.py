"""
Numbers that go up whatever their Redis has forgotten.
"""
import time

import pytest

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import RedisChannelLayer
from tests.conftest import need
from tests.support.waiting import wait_for


def take(layer, count=1, name="g", above=0):
    return capabilities_of(layer).numbers.advance(name, count, above)


@pytest.fixture
def server(new_redis):
    return new_redis("--save", "")


@pytest.fixture
def layer(server):
    return RedisChannelLayer(hosts=[server.url])


def test_they_follow_each_other_and_to_ask_takes_none(layer):
    first = take(layer)
    assert abs(first / 1e6 - time.time()) < 60
    assert [take(layer, 3), take(layer, 0), take(layer)] == [first + 3, first + 3, first + 4]
    assert first + 4 < 2 ** 53, "not a number for JavaScript"


def test_those_of_several_names_are_told_at_once(layer):
    names = {"a", "b", "c"}
    told = capabilities_of(layer).numbers.current(names, 0)
    assert told == {name: take(layer, 0, name) for name in names}
    assert take(layer, 2, "b") == told["b"] + 2
    assert capabilities_of(layer).numbers.current(names, 0) == dict(told, b=told["b"] + 2)


def test_an_older_snapshot_repeats_none(server, layer):
    take(layer, 5)
    server.client.save()
    told = take(layer, 20)
    server.kill()
    server.start()
    assert take(layer, 0) > told
    again = take(layer)
    assert take(layer) == again + 1


def test_a_replica_that_lacks_some_repeats_none_when_it_is_promoted(server, layer, new_redis):
    take(layer, 5)
    replica = new_redis("--save", "", "--replicaof", "127.0.0.1 %d" % server.port)
    wait_for(lambda: replica.client.keys("*number*"), what="a replica with the data")
    replica.client.slaveof()
    told = take(layer, 20)
    promoted = RedisChannelLayer(hosts=[replica.url])
    ahead = take(promoted)
    assert ahead > told
    # The old master follows, and is promoted in turn, all in one run of it.
    server.client.slaveof("127.0.0.1", replica.port)
    wait_for(lambda: server.client.info("replication")["master_link_status"] == "up",
             what="a replica")
    server.client.slaveof()
    told = take(promoted, 20)
    assert take(layer) > told


def test_an_emptied_server_repeats_none(server, layer):
    told = take(layer, 20)
    server.client.flushall()
    assert take(layer) > told


def test_a_server_whose_clock_is_behind_repeats_none_that_the_caller_knows(server, layer):
    an_hour_ahead = int((time.time() + 3600) * 1e6)
    assert take(layer, above=an_hour_ahead) > an_hour_ahead


def test_each_name_has_its_own(layer):
    first = take(layer, name="one")
    take(layer, 10, name="other")
    assert take(layer, name="one") == first + 1


def test_a_user_who_may_not_ask_for_the_run_gets_numbers(server):
    need(int(server.client.info("server")["redis_version"].split(".")[0]) >= 6, "no users")
    server.client.execute_command(
        "ACL", "SETUSER", "narrow", "on", ">x", "~*", "+@all", "-info")
    layer = RedisChannelLayer(hosts=["redis://narrow:x@127.0.0.1:%d/0" % server.port])
    first = take(layer)
    assert take(layer) == first + 1
