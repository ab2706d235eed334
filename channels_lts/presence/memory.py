"""
Presence in the memory of a single process, beside the in-memory channel layer.
"""
import threading
import time
from collections import defaultdict


def _locked(method):
    def inner(self, *arguments):
        with self.holding():
            return method(self, *arguments)
    return inner


class MemoryStore:
    """
    RedisStore's interface. There are no leases: the sockets end with the process, or at the
    latest when none can live any longer.
    """

    is_quiet = False  # sweeping costs nothing here

    def __init__(self, terms, clock=time.monotonic):
        self.terms = terms
        self.clock = clock
        self.lock = threading.Lock()
        self.sockets = {}  # socket: (user, scopes)
        self.opened = {}  # socket: when it came
        self.people = defaultdict(dict)  # scope: {user: open sockets}
        self.leaving = {}  # (scope, user): end of the grace
        self.untold = {}  # (scope, user): when to tell it again
        self.counted = set()
        self.swept = float("-inf")

    def holding(self):
        """A context in which nobody else reads or changes what this store knows."""
        return self.lock

    @_locked
    def join(self, scopes, user, socket):
        user, held = self.sockets.setdefault(socket, (user, []))
        self.opened.setdefault(socket, self.clock())
        new = [scope for scope in scopes if scope not in held]
        held.extend(new)
        return [scope for scope in new if self._arrive(scope, user)]

    def _arrive(self, scope, user):
        people = self.people[scope]
        people[user] = people.get(user, 0) + 1
        if people[user] > 1 or self.leaving.pop((scope, user), None) is not None:
            return False
        self._note(scope, user, self.terms.retry)
        return True

    def _note(self, scope, user, seconds):
        self.counted.add(scope)
        self.untold[scope, user] = self.clock() + seconds

    @_locked
    def leave(self, socket):
        return self._forget(socket)

    def _forget(self, socket):
        user, scopes = self.sockets.pop(socket, (None, ()))
        self.opened.pop(socket, None)
        for scope in scopes:
            self.people[scope][user] -= 1
            if self.people[scope][user] == 0:
                self.leaving[scope, user] = self.clock() + self.terms.grace
        return user

    @_locked
    def sweep(self):
        if self.clock() - self.swept < self.terms.turn:
            return [], []
        self.swept = self.clock()
        for socket in [socket for socket, time in self.opened.items()
                       if self.swept - time > self.terms.longest]:
            self._forget(socket)
        for scope, user in self._due(self.leaving):
            del self.leaving[scope, user]
            del self.people[scope][user]
            self._note(scope, user, 0)
        changes = [(scope, user, user in self.people[scope])
                   for scope, user in self._due(self.untold)]
        for scope, user, _is_present in changes:
            self._note(scope, user, self.terms.retry)
        counted, self.counted = sorted(self.counted), set()
        return changes, counted

    def _due(self, times):
        now = self.clock()
        due = sorted((time, pair) for pair, time in times.items() if time <= now)
        return [pair for _time, pair in due[:self.terms.most]]

    @_locked
    def told(self, changes):
        wrong = []
        for scope, user, is_present in changes:
            if (user in self.people[scope]) == is_present:
                self.untold.pop((scope, user), None)
            else:
                wrong.append((scope, user, is_present))
        return wrong

    @_locked
    def members(self, scope):
        return set(self.people[scope])

    @_locked
    def count(self, scopes):
        return {scope: len(self.people[scope]) for scope in scopes}

    @_locked
    def is_here(self, scope, user):
        return self.people[scope].get(user, 0) > 0
