"""
What groups were sent lately, kept in Redis with the sending.
"""

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import RedisChannelLayer, keys
from tests.support.waiting import wait_for

MANY = 10 ** 6
BOUNDS = (MANY, MANY, 60)


def send(layer, number, text="x", bounds=BOUNDS, group="g"):
    capabilities_of(layer).history.send(group, {"text": text}, number, bounds)


def read(layer, group="g"):
    """(floor, {number: text}), or None."""
    kept = capabilities_of(layer).history.read(group)
    return kept and (kept.floor, {
        number: message["text"] for number, message in kept.messages.items()})


def test_what_a_group_was_sent_is_kept_by_number_in_whatever_order_it_came(layer):
    for number in (11, 13, 12):
        send(layer, number, "text %d" % number)
    assert read(layer) == (10, {11: "text 11", 13: "text 13", 12: "text 12"})
    assert read(layer, "other") is None


def test_its_members_get_it_and_without_members_it_is_kept_too(layer):
    layer.group_add("g", "reader")
    send(layer, 7, "to all")
    assert layer.receive(["reader"]) == ("reader", {"text": "to all"})
    layer.group_discard("g", "reader")
    send(layer, 8, "to nobody")
    assert read(layer)[1] == {7: "to all", 8: "to nobody"}


def test_what_is_only_sent_is_not_kept(layer):
    layer.send_group("g", {"text": "x"})
    assert read(layer) is None


def test_the_oldest_goes_when_there_are_too_many(layer):
    for number in (11, 14, 12, 13):
        send(layer, number, bounds=(2, MANY, 60))
    # Of the dropped ones 14 is the highest: a client without 13 may lack 14 as well.
    assert read(layer) == (14, {12: "x", 13: "x"})


def test_the_oldest_go_when_they_are_too_large_all_of_them_if_need_be(layer):
    for number in range(11, 16):
        send(layer, number, "x" * 1000, bounds=(MANY, 3100, 60))
    assert read(layer) == (12, dict.fromkeys((13, 14, 15), "x" * 1000))
    send(layer, 16, "x" * 5000, bounds=(MANY, 3100, 60))
    assert read(layer) == (16, {})
    send(layer, 17, bounds=(MANY, 3100, 60))
    assert read(layer) == (16, {17: "x"})


def test_all_of_it_goes_some_time_after_the_last_one(layer):
    send(layer, 11, bounds=(MANY, MANY, 100))
    key, = [each for each in layer.connection(0).keys(layer.prefix + ":history:*")]
    layer.connection(0).expire(key, 5)
    send(layer, 12, bounds=(MANY, MANY, 100))
    assert 90 < layer.connection(0).ttl(key) <= 100
    layer.connection(0).pexpire(key, 1)
    wait_for(lambda: read(layer) is None, what="its end")
    send(layer, 20)
    assert read(layer) == (19, {20: "x"})


def test_the_greatest_numbers_are_kept_exactly(layer):
    newest = 2 ** 53 - 1
    for number in (newest - 1, newest):
        send(layer, number, bounds=(1, MANY, 60))
    assert read(layer) == (newest - 1, {newest: "x"})


def test_it_is_encrypted_with_the_messages_and_read_as_long_as_it_is_kept(new_layer, monkeypatch):
    layer = new_layer(symmetric_encryption_keys=["one"])
    send(layer, 11, "secret")
    key = keys.history(layer.prefix, "g")
    assert b"secret" not in b"".join(layer.connection(0).lrange(key, 0, -1))
    monkeypatch.setattr(layer, "expiry", -60)  # seconds: as if a minute had passed
    assert read(layer) == (10, {11: "secret"})


def test_what_was_encrypted_with_a_key_that_is_gone_is_missing(new_layer):
    send(new_layer(symmetric_encryption_keys=["one"]), 11)
    layer = new_layer(symmetric_encryption_keys=["two"])
    send(layer, 12)
    assert read(layer) == (10, {12: "x"})


def test_each_group_has_its_own_on_the_server_that_is_its_home(two_shards):
    layer, servers = two_shards
    for number, group in enumerate("abcdefgh", 1):
        send(layer, number, group, group=group)
        assert read(layer, group) == (number - 1, {number: group})
    assert sorted(len(server.client.keys("*history*")) for server in servers) != [0, 8]


def test_it_takes_one_round_trip_and_few_commands(new_redis):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    for number in range(1, 4):
        send(layer, number, bounds=(2, MANY, 60))
    before = server.client.info("commandstats")
    layer.send_group("g", {"text": "x"})
    between = server.client.info("commandstats")
    send(layer, 4, bounds=(2, MANY, 60))
    after = server.client.info("commandstats")
    plain, kept = counted(before, between), counted(between, after)
    assert plain == {"evalsha": 1, "zremrangebyscore": 1, "zrange": 1, "time": 1}
    assert kept == dict(plain, rpush=1, lpop=2, lpush=1, expire=1)


def counted(before, after):
    """{command: how often it was called between two answers of INFO}"""
    names = {name[len("cmdstat_"):]: after[name]["calls"] - before.get(name, {"calls": 0})["calls"]
             for name in after}
    return {name: calls for name, calls in names.items() if calls and name != "info"}


def test_layers_that_keep_nothing_say_so(channel_layer):
    assert capabilities_of(channel_layer).history is None
