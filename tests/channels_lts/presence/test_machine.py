"""
Whatever happens, in whatever order: the stores do what a simple model does, and nobody who is here
is ever announced as gone.
"""
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from .layers import (
    CONFIG,
    Clock,
    Daphne,
    forget,
    make_ipc_store,
    make_memory_store,
    make_redis_store,
)

SETTINGS = settings(max_examples=40, stateful_step_count=40, deadline=None,
                    suppress_health_check=list(HealthCheck))

scopes = st.lists(st.sampled_from(["room", "other", "site"]), min_size=1, max_size=3, unique=True)
users = st.sampled_from(["1", "2"])
names = st.sampled_from("abcd")


class StoreMachine(RuleBasedStateMachine):
    """The model has sets of sockets, and what listeners have been told."""
    make_store = None

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.store = self.make_store(self.clock)
        self.held = {}  # socket: (user, scopes)
        self.listed = {}  # (scope, user): when the grace ends, or None
        self.unacknowledged = {}  # (scope, user): when to tell

    def sockets_of(self, scope, user):
        return [each for each, (owner, held) in self.held.items()
                if owner == user and scope in held]

    @rule(scopes=scopes, user=users, name=names)
    def join(self, scopes, user, name):
        socket = "daphne.response.x!" + name
        user, held = self.held.setdefault(socket, (user, set()))
        news = []
        for scope in scopes:
            if (scope, user) not in self.listed:
                news.append(scope)
                self.unacknowledged[scope, user] = self.clock.now + CONFIG.retry
            self.listed[scope, user] = None
            held.add(scope)
        assert self.store.track(scopes, user, socket) == news

    @rule(name=names)
    def leave(self, name):
        socket = "daphne.response.x!" + name
        user, held = self.held.pop(socket, (None, ()))
        for scope in held:
            if not self.sockets_of(scope, user):
                self.listed[scope, user] = self.clock.now + CONFIG.grace
        assert self.store.untrack(socket) == user

    @rule(seconds=st.integers(1, 6))
    def sweep_after(self, seconds):
        self.clock.now += seconds
        now = self.clock.now
        for pair, end in list(self.listed.items()):
            if end is not None and end <= now:
                del self.listed[pair]
                self.unacknowledged[pair] = now
        expected = {pair for pair, due in self.unacknowledged.items() if due <= now}
        self.unacknowledged.update(dict.fromkeys(expected, now + CONFIG.retry))
        changes, _scopes = self.store.sweep()
        assert sorted(changes) == sorted(pair + (pair in self.listed,) for pair in expected)

    @rule(scope=st.sampled_from(["room", "other", "site"]), user=users, is_present=st.booleans())
    def tell(self, scope, user, is_present):
        change = (scope, user, is_present)
        if ((scope, user) in self.listed) == is_present:
            self.unacknowledged.pop((scope, user), None)
            assert self.store.acknowledge([change]) == []
        else:
            assert self.store.acknowledge([change]) == [change]

    @invariant()
    def the_same_people_are_there(self):
        for scope in ("room", "other", "site"):
            expected = {user for where, user in self.listed if where == scope}
            assert self.store.members(scope) == expected
            assert self.store.count([scope]) == {scope: len(expected)}
            for user in ("1", "2"):
                assert self.store.is_here(scope, user) == bool(self.sockets_of(scope, user))

    def teardown(self):
        forget(self.store)


class LeaseMachine(RuleBasedStateMachine):
    """Interface servers that open and close sockets, lose disconnects, publish late and die."""
    make_store = None

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.store = self.make_store(self.clock)
        self.daphnes = {name: Daphne(self.store, name) for name in "ab"}
        self.users = {}  # (daphne, socket): user
        self.joined = set()
        self.number = 0
        for each in self.daphnes.values():
            each.publish()
        self.store.sweep()

    @rule(daphne=st.sampled_from("ab"), user=users, is_late=st.booleans())
    def open(self, daphne, user, is_late):
        if daphne not in self.daphnes:
            return
        self.number += 1
        name = "s%d" % self.number
        if is_late:  # a list is on its way that doesn't have the socket yet
            self.daphnes[daphne].make_list()
        self.daphnes[daphne].open.add(name)
        self.users[daphne, name] = user
        self.store.track(["room"], user, self.daphnes[daphne].process + name)
        if is_late:
            self.daphnes[daphne].write_list()

    @rule(data=st.data(), is_heard=st.booleans())
    def close(self, data, is_heard):
        if self.users:
            daphne, name = data.draw(st.sampled_from(sorted(self.users)))
            del self.users[daphne, name]
            self.daphnes[daphne].open.discard(name)
            if is_heard:
                self.store.untrack(self.daphnes[daphne].process + name)

    @rule(daphne=st.sampled_from("ab"))
    def die(self, daphne):
        self.daphnes.pop(daphne, None)
        self.users = {key: user for key, user in self.users.items() if key[0] != daphne}

    @rule()
    def workers_are_away(self):
        self.clock.now += 100

    @rule()
    def time_passes(self):
        for _ in range(3):
            for each in self.daphnes.values():
                each.publish()
            for _ in range(3):
                self.clock.now += 3
                self.store.acknowledge(self.store.sweep()[0])

    @invariant()
    def whoever_is_here_counts(self):
        assert set(self.users.values()) <= self.store.members("room")

    def teardown(self):
        for _ in range(6):
            self.time_passes()
        assert self.store.members("room") == set(self.users.values())
        forget(self.store)


@pytest.mark.parametrize("make", [make_memory_store, make_ipc_store])
def test_a_store_without_leases_does_what_the_model_does(make):
    class Machine(StoreMachine):
        make_store = staticmethod(make)
    run_state_machine_as_test(Machine, settings=SETTINGS)


@pytest.mark.parametrize("machine", [StoreMachine, LeaseMachine])
def test_the_redis_store_does_what_the_model_does(machine, redis_url):
    class Machine(machine):
        make_store = staticmethod(lambda clock: make_redis_store(clock, redis_url))
    run_state_machine_as_test(Machine, settings=SETTINGS)
