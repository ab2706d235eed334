"""
Daphnes that ended silently, and those that only seemed to.
"""
import signal
import time

import pytest

from channels_lts.layers.redis import envelope, keys, scripts
from tests.support.waiting import wait_for

from .site import GROUP, close_code

PROCESS = "daphne.response.quiet!"


def process_of(layer):
    return layer.non_local_name(layer.group_channels(GROUP)[0])


def age(layer, process, shard=0, mark=100, doubt=30):
    """As if the last beat were so old, in seconds, and had been doubted some seconds ago."""
    beats, now = keys.beats(layer.prefix), time.time()
    layer.connection(shard).execute_command(
        "ZADD", beats, now - mark, process, now - doubt, "?" + process)


@pytest.fixture
def quiet(layer):
    """A layer on which a process has registered, and a socket of it is in a group."""
    layer.connection(0).hset(keys.interfaces(layer.prefix), PROCESS, "1 100")
    layer.group_add("g", PROCESS + "socket")
    return layer


def pending(layer):
    return layer.connection(0).llen(layer.prefix + PROCESS)


def test_a_process_that_was_silent_for_long_gets_nothing_and_its_sockets_leave(quiet):
    age(quiet, PROCESS)
    quiet.group_add("h", PROCESS + "other")
    quiet.send_group("g", {"text": "x"})
    quiet.send(PROCESS + "socket", {"text": "x"})
    quiet.send_group("h", {"text": "x"})
    assert pending(quiet) == 0
    assert quiet.group_channels("g") == quiet.group_channels("h") == []
    assert quiet.connection(0).hget(keys.interfaces(quiet.prefix), PROCESS) == b"gone"
    assert quiet.connection(0).zscore(keys.beats(quiet.prefix), PROCESS) is None


@pytest.mark.parametrize("ages", [
    {"mark": 30, "doubt": 20},  # short
    {"mark": 100, "doubt": 2},  # just noticed: the server itself may have stood still
    {"mark": 100, "doubt": 500},  # noticed before the last beat
])
def test_a_process_in_doubt_is_still_served(quiet, ages):
    age(quiet, PROCESS, **ages)
    quiet.send_group("g", {"text": "x"})
    assert pending(quiet) == 1
    assert quiet.group_channels("g") == [PROCESS + "socket"]


def test_the_first_doubt_is_noted(quiet):
    age(quiet, PROCESS, doubt=500)
    quiet.send_group("g", {"text": "x"})
    noted = quiet.connection(0).zscore(keys.beats(quiet.prefix), "?" + PROCESS)
    assert abs(time.time() - noted) < 60


def test_each_shard_judges_by_its_own_marks(two_shards):
    layer, servers = two_shards
    process = next(name for name in ("p%d!" % number for number in range(100))
                   if layer.consistent_hash(name) == 1)
    group = next(name for name in "abcdefgh" if layer.consistent_hash(name) == 0)
    for server in servers:
        server.client.hset(keys.interfaces(layer.prefix), process, "1 100")
    age(layer, process, shard=1)
    layer.group_add(group, process + "socket")
    layer.send_group(group, {"text": "x"})
    assert servers[1].client.llen("asgi:" + process) == 0
    assert layer.group_channels(group)  # the mark beside the group is none, and so not old
    age(layer, process, shard=0)
    layer.send_group(group, {"text": "x"})
    assert layer.group_channels(group) == []


def test_a_killed_daphne_gets_nothing_more(new_site):
    site = new_site()
    site.connect()
    wait_for(lambda: site.layer.group_channels(GROUP), what="a member")
    process = process_of(site.layer)
    site.daphne.kill()
    site.daphne.wait(15)
    age(site.layer, process)
    site.layer.send_group(GROUP, {"text": "to nobody"})
    assert site.layer.group_channels(GROUP) == []
    assert site.redis.client.llen("asgi:" + process) == 0


def test_a_daphne_that_comes_back_closes_its_sockets_and_goes_on(new_site):
    site = new_site()
    one = site.connect()
    wait_for(lambda: site.layer.group_channels(GROUP), what="a member")
    process = process_of(site.layer)
    site.daphne.send_signal(signal.SIGSTOP)
    age(site.layer, process)
    site.layer.send_group(GROUP, {"text": "unheard"})
    assert site.layer.group_channels(GROUP) == []
    site.daphne.send_signal(signal.SIGCONT)
    assert close_code(one) == 1012
    again = site.connect()
    wait_for(lambda: site.layer.group_channels(GROUP), what="a member")
    site.layer.send_group(GROUP, {"text": "welcome back"})
    assert again.recv() == "welcome back"
    assert site.redis.client.hget(keys.interfaces("asgi:"), process).startswith(b"1 ")


def test_a_daphne_that_was_taken_for_dead_hears_of_it_with_its_next_beat(new_site):
    site = new_site()
    one = site.connect()
    wait_for(lambda: site.layer.group_channels(GROUP), what="a member")
    process = process_of(site.layer)
    site.redis.client.hset(keys.interfaces("asgi:"), process, "gone")
    site.redis.client.zrem(keys.beats("asgi:"), process)
    assert close_code(one) == 1012
    assert site.log().count("has lost the groups") == 1


def test_the_next_to_register_forgets_who_has_long_been_silent(quiet):
    interfaces, beats = keys.interfaces(quiet.prefix), keys.beats(quiet.prefix)
    redis, now = quiet.connection(0), time.time()
    redis.hset(interfaces, "alive!", "1 100")
    redis.hset(interfaces, "dead!", "gone")
    redis.execute_command("ZADD", beats, now, "alive!", now - 99, "?alive!", now - 99, "?dead!",
                          now - 99, PROCESS)
    scripts.register.run(redis, [interfaces, beats], envelope.head(quiet) + ("new!", 100, 60))
    assert set(redis.hkeys(interfaces)) == {b"alive!", b"new!"}
    assert set(redis.zrange(beats, 0, -1)) == {b"alive!", b"new!"}
