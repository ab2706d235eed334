"""
A worker's wait for a message on several servers at once, without threads.
"""
import math
import os
import select
import threading
import time

from redis.exceptions import RedisError

from .late_reply import Late
from .timeouts import ANSWER_SECONDS, own_connection


class Waiter:
    """A separate connection to one server, either blocked in BLPOP or free."""

    def __init__(self, client):
        self.client = client
        self.connection = own_connection(client)
        self.identity = None

    def begin(self, lists, seconds, may_be_cancelled):
        if self.connection.can_read(0):  # nothing is outstanding: Redis has closed it meanwhile
            self.give_up()
        if may_be_cancelled and self.identity is None:
            self.connection.send_command("CLIENT", "ID")
            self.identity = self.connection.read_response()
        self.connection.send_command("BLPOP", *(list(lists) + [seconds]))

    def fileno(self):
        # redis-py has no public way to wait on several connections; 2.10.6 is pinned.
        return self.connection._sock.fileno()

    def finish(self, seconds=0):
        """(list, entry), or None after the timeout. Raises Late, RedisError."""
        if not self.connection.can_read(seconds):
            raise Late(self)
        return self.connection.read_response()

    def take_outcomes(self):
        return []

    def give_up(self):
        self.identity = None
        self.connection.disconnect()


class Poller:
    """The waiters of each thread of this process."""

    def __init__(self, connection, unblock):
        """
        `connection`: returns the redis.Redis of a server by its index. `unblock(index, identity)`:
        ends a client's wait, over another connection; returns whether the server has answered.
        """
        self.connection = connection
        self.unblock = unblock
        self._own = threading.local()

    def wait(self, lists, seconds):
        """
        Waits until one of the lists has an entry.

        `lists`: {index of the server: names of lists}. Returns (found, errors): [(index, (list,
        entry)), …], more than one if several servers answered at the same time, and
        {index: RedisError} for servers that couldn't be asked; Late if an answer may still come.
        """
        waiters, errors = {}, {}
        for index, names in lists.items():
            waiter = self._waiter(index)
            try:
                # Redis 5 only accepts whole seconds.
                waiter.begin(names, math.ceil(seconds), len(lists) > 1 or seconds < 1)
                waiters[index] = waiter
            except RedisError as error:
                self._fail(errors, index, waiter, error)
        try:
            return self._collect(waiters, errors, seconds), errors
        except BaseException:  # e.g. a signal handler that exits: no answer may be left over
            for waiter in self._own.waiters.values():
                waiter.give_up()
            raise

    def _collect(self, waiters, errors, seconds):
        found = []
        # BLPOP returns by itself after whole seconds; shorter waits are ended from here.
        deadline = time.monotonic() + (
            seconds if seconds < 1 else math.ceil(seconds) + ANSWER_SECONDS)
        expected = len(waiters)
        while waiters and not found and not errors and len(waiters) == expected:
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select(list(waiters.values()), [], [], left)
            if not ready:
                break
            for index in [each for each in waiters if waiters[each] in ready]:
                self._take(index, waiters.pop(index), 0, found, errors)
        for index, waiter in waiters.items():
            answers = waiter.identity is not None and self.unblock(index, waiter.identity)
            self._take(index, waiter, ANSWER_SECONDS if answers else 0, found, errors)
        return found

    def _take(self, index, waiter, seconds, found, errors):
        try:
            answer = waiter.finish(seconds)
        except Late as error:
            errors[index] = error
            del self._own.waiters[index]
        except RedisError as error:
            self._fail(errors, index, waiter, error)
        else:
            if answer:
                found.append((index, answer))

    def _fail(self, errors, index, waiter, error):
        waiter.give_up()
        errors[index] = error

    def _waiter(self, index):
        own = self._own.__dict__
        if own.get("pid") != os.getpid():  # a child mustn't share its parent's connections
            own.update(pid=os.getpid(), waiters={})
        client = self.connection(index)
        waiter = own["waiters"].get(index)
        if waiter is None or waiter.client is not client:
            waiter = own["waiters"][index] = Waiter(client)
        return waiter
