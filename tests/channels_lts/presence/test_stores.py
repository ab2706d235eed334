"""
All stores against the same expectations; leases are Redis's alone.
"""
import pytest

from ..layers import ipc
from .layers import (
    CONFIG,
    Clock,
    Daphne,
    forget,
    make_ipc_store,
    make_memory_store,
    make_redis_store,
)

ONE, TWO = "daphne.response.a!one", "daphne.response.b!two"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["memory", "ipc", "redis"])
def store(request, clock):
    if request.param == "memory":
        made = make_memory_store(clock)
    elif request.param == "ipc":
        made = make_ipc_store(clock)
    else:
        made = make_redis_store(clock, request.getfixturevalue("redis_url"))
    yield made
    forget(made)


@pytest.fixture
def redis_store(clock, redis_url):
    made = make_redis_store(clock, redis_url)
    yield made
    forget(made)


def settle(store, clock, seconds):
    """Lets time pass, with a sweep in each turn; returns all changes, acknowledged."""
    found = []
    for _ in range(int(seconds)):
        clock.now += 1
        changes, _scopes = store.sweep()
        assert store.acknowledge(changes) == []
        found += changes
    return found


def test_two_windows_are_one_person(store):
    assert store.track(["room"], "7", ONE) == ["room"]
    assert store.track(["room"], "7", TWO) == []
    assert store.members("room") == {"7"}
    assert store.count(["room", "other"]) == {"room": 1, "other": 0}


def test_closing_one_of_two_windows_changes_nothing(store, clock):
    store.track(["room"], "7", ONE)
    store.track(["room"], "7", TWO)
    assert store.acknowledge([("room", "7", True)]) == []
    assert store.untrack(ONE) == "7"
    assert settle(store, clock, 30) == []
    assert store.is_here("room", "7")


def test_the_last_window_ends_it_after_the_grace(store, clock):
    store.track(["room"], "7", ONE)
    store.acknowledge([("room", "7", True)])
    store.untrack(ONE)
    assert settle(store, clock, CONFIG.grace - 1) == []
    assert store.members("room") == {"7"}
    assert not store.is_here("room", "7")
    assert settle(store, clock, 2) == [("room", "7", False)]
    assert store.members("room") == set()


def test_a_reload_is_no_news(store, clock):
    store.track(["room"], "7", ONE)
    store.acknowledge([("room", "7", True)])
    store.untrack(ONE)
    settle(store, clock, CONFIG.grace - 1)
    assert store.track(["room"], "7", TWO) == []
    assert settle(store, clock, 30) == []


def test_coming_back_after_the_grace_is_news(store, clock):
    store.track(["room"], "7", ONE)
    store.acknowledge([("room", "7", True)])
    store.untrack(ONE)
    settle(store, clock, CONFIG.grace + 1)
    assert store.track(["room"], "7", TWO) == ["room"]


def test_a_message_that_is_handled_twice_changes_nothing(store, clock):
    assert store.track(["room", "site"], "7", ONE) == ["room", "site"]
    assert store.track(["room", "site"], "7", ONE) == []
    store.acknowledge([("room", "7", True), ("site", "7", True)])
    assert store.untrack(ONE) == "7"
    assert store.untrack(ONE) is None
    assert sorted(settle(store, clock, 6)) == [("room", "7", False), ("site", "7", False)]


def test_a_socket_can_join_more_scopes_later(store):
    store.track(["site"], "7", ONE)
    assert store.track(["site", "room"], "7", ONE) == ["room"]
    store.untrack(ONE)
    assert not store.is_here("site", "7") and not store.is_here("room", "7")


def test_a_socket_keeps_its_user(store):
    store.track(["room"], "7", ONE)
    store.track(["room", "site"], "8", ONE)
    assert store.members("room") == store.members("site") == {"7"}


def test_what_a_killed_worker_did_not_tell_is_told_later(store, clock):
    store.track(["room"], "7", ONE)
    clock.now += CONFIG.retry
    assert store.sweep()[0] == [("room", "7", True)]
    clock.now += 1
    assert store.sweep()[0] == []
    clock.now += CONFIG.retry
    assert store.sweep()[0] == [("room", "7", True)]
    assert store.acknowledge([("room", "7", True)]) == []
    assert settle(store, clock, 30) == []


def test_news_that_are_no_longer_true_are_found_when_they_are_told(store):
    store.track(["room"], "7", ONE)
    assert store.acknowledge([("room", "7", False), ("room", "8", True), ("room", "9", False)]) == [
        ("room", "7", False), ("room", "8", True)]


def test_one_sweep_in_a_turn(store, clock):
    store.track(["room"], "7", ONE)
    assert store.sweep() == ([], ["room"])
    store.track(["other"], "7", ONE)
    assert store.sweep() == ([], [])
    clock.now += CONFIG.turn
    assert store.sweep() == ([], ["other"])


def test_scopes_are_counted_when_people_come_and_go_only(store, clock):
    store.track(["room"], "7", ONE)
    store.sweep()
    store.track(["room"], "7", TWO)
    store.untrack(TWO)
    clock.now += 1
    assert store.sweep()[1] == []
    store.untrack(ONE)
    clock.now += CONFIG.grace
    assert store.sweep() == ([("room", "7", False)], ["room"])


def test_it_is_quiet_when_nobody_is_here_and_all_is_told(redis_store, clock):
    redis_store.sweep()
    assert redis_store.is_quiet
    redis_store.track(["room"], "7", ONE)
    redis_store.sweep()
    assert not redis_store.is_quiet
    settle(redis_store, clock, 10)
    assert not redis_store.is_quiet  # somebody is here
    redis_store.untrack(ONE)
    redis_store.sweep()
    assert not redis_store.is_quiet
    assert settle(redis_store, clock, CONFIG.grace + 1) == [("room", "7", False)]
    clock.now += 1
    redis_store.sweep()
    assert redis_store.is_quiet


def test_it_is_quiet_for_every_caller_of_a_turn(redis_store):
    for _ in range(2):
        redis_store.is_quiet = False
        redis_store.sweep()
        assert redis_store.is_quiet


def test_a_sweep_is_bounded(store, clock):
    for number in range(CONFIG.most + 10):
        store.track(["room"], str(number), "daphne.response.a!%d" % number)
    clock.now += CONFIG.retry
    assert len(store.sweep()[0]) == CONFIG.most
    clock.now += 1
    assert len(store.sweep()[0]) == 10


# Leases

@pytest.fixture
def daphne(redis_store):
    return Daphne(redis_store, "a")


def beat(store, clock, daphnes, seconds):
    """Lets the time pass while these publish, and returns the changes."""
    found = []
    for second in range(int(seconds)):
        if second % 9 == 0:
            for each in daphnes:
                each.publish()
        found += settle(store, clock, 1)
    return found


def test_a_killed_daphne_takes_people_offline(redis_store, clock, daphne):
    daphne.publish()
    redis_store.track(["room"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    assert beat(redis_store, clock, [daphne], 60) == []
    assert settle(redis_store, clock, 40) == [("room", "7", False)]


def test_another_daphne_changes_nothing_about_it(redis_store, clock, daphne):
    other = Daphne(redis_store, "b")
    for each in (daphne, other):
        each.publish()
        redis_store.track(["room"], "7", each.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    assert beat(redis_store, clock, [other], 60) == []
    assert redis_store.is_here("room", "7")


def test_a_socket_whose_disconnect_was_lost_ends_with_the_next_lists(redis_store, clock, daphne):
    daphne.publish()
    redis_store.track(["room"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    daphne.open.clear()
    assert beat(redis_store, clock, [daphne], 9 * 3) == [("room", "7", False)]


def test_a_list_made_before_the_socket_opened_ends_nothing(redis_store, clock, daphne):
    daphne.publish()
    daphne.make_list()
    redis_store.track(["room"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    daphne.write_list()
    assert settle(redis_store, clock, 5) == []
    assert beat(redis_store, clock, [daphne], 60) == []


def test_sockets_of_a_server_that_publishes_nothing_stay_as_long_as_a_socket_can_live(
        redis_store, clock):
    redis_store.track(["room"], "7", "stock.response.x!one")
    redis_store.acknowledge([("room", "7", True)])
    assert settle(redis_store, clock, CONFIG.longest) == []
    assert settle(redis_store, clock, CONFIG.lease * 2) == [("room", "7", False)]


def test_who_loses_a_daphne_that_ends_has_time_to_come_back(redis_store, clock, daphne):
    stays, goes = daphne.socket("one"), daphne.socket("two")
    for user, socket in (("7", stays), ("8", goes)):
        redis_store.track(["room"], user, socket)
        redis_store.acknowledge([("room", user, True)])
    daphne.grace = "12"
    daphne.publish()
    for socket in (stays, goes):
        redis_store.untrack(socket)
    assert settle(redis_store, clock, 11) == []
    back = Daphne(redis_store, "b").socket("one")
    redis_store.track(["room"], "7", back)
    assert settle(redis_store, clock, 2) == [("room", "8", False)]
    redis_store.untrack(back)
    assert settle(redis_store, clock, CONFIG.grace) == [("room", "7", False)]


def test_the_list_of_a_daphne_that_ends_is_still_a_list(redis_store, clock, daphne):
    redis_store.track(["room"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    daphne.open.clear()
    daphne.grace = "2"
    assert beat(redis_store, clock, [daphne], 9 * 3) == [("room", "7", False)]


def test_nobody_goes_while_there_were_no_workers_or_no_redis(redis_store, clock, daphne):
    daphne.publish()
    redis_store.track(["room"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True)])
    settle(redis_store, clock, 3)
    clock.now += 300
    assert settle(redis_store, clock, 5) == []
    assert beat(redis_store, clock, [daphne], 60) == []
    clock.now += 300
    assert settle(redis_store, clock, 40) == [("room", "7", False)]


def test_nothing_stays_in_redis_when_all_have_gone(redis_store, clock, daphne):
    daphne.publish()
    redis_store.track(["room", "site"], "7", daphne.socket("one"))
    redis_store.acknowledge([("room", "7", True), ("site", "7", True)])
    redis_store.untrack(daphne.process + "one")
    settle(redis_store, clock, 10)
    left = {key.decode("ascii")[len(redis_store.prefix):]
            for key in redis_store.connection.scan_iter(redis_store.prefix + "*")}
    assert left == {"swept"}


def test_the_servers_clock_is_used_where_none_is_given(redis_url):
    store = make_redis_store(None, redis_url)
    assert store.track(["room"], "7", ONE) == ["room"]
    assert store.sweep() == ([], ["room"])
    assert store.sweep() == ([], [])
    forget(store)


@pytest.mark.parametrize("make", [make_memory_store, make_ipc_store])
def test_without_leases_a_socket_ends_when_it_can_live_no_longer(make, clock):
    store = make(clock)
    store.track(["room"], "1", ONE)
    settle(store, clock, CONFIG.retry + 1)
    clock.now += CONFIG.longest
    assert settle(store, clock, CONFIG.grace + 2) == [("room", "1", False)]
    assert store.members("room") == set()
    forget(store)


def test_processes_of_one_host_share_who_is_here(clock):
    with ipc.prefix() as name:
        one, other = make_ipc_store(clock, name), make_ipc_store(clock, name)
        one.track(["room"], "1", ONE)
        assert other.is_here("room", "1")
        assert other.track(["room"], "1", TWO) == []
        one.untrack(TWO)
        other.untrack(ONE)
        assert not one.is_here("room", "1")
