"""
Presence in the memory of a single process, for the in-memory channel layer.
"""
import threading
import time
from collections import defaultdict
from contextlib import contextmanager


class State:
    """A store's data. `found`: the data of another State, by name; missing parts are empty."""

    def __init__(self, **found):
        self.sockets = found.get("sockets", {})  # socket: (user, scopes)
        self.opened = found.get("opened", {})  # socket: when it came
        self.people = found.get("people", defaultdict(dict))  # scope: {user: open sockets}
        self.leaving = found.get("leaving", {})  # (scope, user): end of the grace
        self.unacknowledged = found.get("unacknowledged", {})  # (scope, user): when to tell it
        self.counted = found.get("counted", set())
        self.swept = found.get("swept", float("-inf"))


class MemoryStore:
    """
    RedisStore's interface. There are no leases: sockets end with the process, or when they exceed
    the longest life of a socket.
    """

    is_quiet = False  # sweeping costs nothing here

    def __init__(self, config, clock=time.monotonic):
        self.config = config
        self.clock = clock
        self.lock = threading.Lock()
        self.state = State()

    @contextmanager
    def changing(self):
        """The Ledger of the State, which nobody else reads or changes meanwhile."""
        with self.lock:
            yield Ledger(self.state, self.config, self.clock())

    def track(self, scopes, user, socket):
        with self.changing() as ledger:
            return ledger.track(scopes, user, socket)

    def untrack(self, socket):
        with self.changing() as ledger:
            return ledger.untrack(socket)

    def sweep(self):
        with self.changing() as ledger:
            return ledger.sweep()

    def acknowledge(self, changes):
        with self.changing() as ledger:
            return ledger.acknowledge(changes)

    def members(self, scope):
        with self.changing() as ledger:
            return set(ledger.state.people[scope])

    def count(self, scopes):
        with self.changing() as ledger:
            return {scope: len(ledger.state.people[scope]) for scope in scopes}

    def is_here(self, scope, user):
        with self.changing() as ledger:
            return ledger.state.people[scope].get(user, 0) > 0


class Ledger:
    """The rules by which a State changes, at one moment."""

    def __init__(self, state, config, now):
        self.state = state
        self.config = config
        self.now = now

    def track(self, scopes, user, socket):
        user, held = self.state.sockets.setdefault(socket, (user, []))
        self.state.opened.setdefault(socket, self.now)
        new = [scope for scope in scopes if scope not in held]
        held.extend(new)
        return [scope for scope in new if self._arrive(scope, user)]

    def _arrive(self, scope, user):
        people = self.state.people[scope]
        people[user] = people.get(user, 0) + 1
        if people[user] > 1 or self.state.leaving.pop((scope, user), None) is not None:
            return False
        self._note(scope, user, self.config.retry)
        return True

    def _note(self, scope, user, seconds):
        self.state.counted.add(scope)
        self.state.unacknowledged[scope, user] = self.now + seconds

    def untrack(self, socket):
        user, scopes = self.state.sockets.pop(socket, (None, ()))
        self.state.opened.pop(socket, None)
        for scope in scopes:
            self.state.people[scope][user] -= 1
            if self.state.people[scope][user] == 0:
                self.state.leaving[scope, user] = self.now + self.config.grace
        return user

    def sweep(self):
        if self.now - self.state.swept < self.config.turn:
            return [], []
        self.state.swept = self.now
        self._end_what_is_over()
        changes = [(scope, user, user in self.state.people[scope])
                   for scope, user in self._due(self.state.unacknowledged)]
        for scope, user, _is_present in changes:
            self._note(scope, user, self.config.retry)
        counted, self.state.counted = sorted(self.state.counted), set()
        return changes, counted

    def _end_what_is_over(self):
        for socket in [socket for socket, opened in self.state.opened.items()
                       if self.now - opened > self.config.longest]:
            self.untrack(socket)
        for scope, user in self._due(self.state.leaving):
            del self.state.leaving[scope, user]
            del self.state.people[scope][user]
            self._note(scope, user, 0)

    def _due(self, times):
        due = sorted((time, pair) for pair, time in times.items() if time <= self.now)
        return [pair for _time, pair in due[:self.config.most]]

    def acknowledge(self, changes):
        wrong = []
        for scope, user, is_present in changes:
            if (user in self.state.people[scope]) == is_present:
                self.state.unacknowledged.pop((scope, user), None)
            else:
                wrong.append((scope, user, is_present))
        return wrong
