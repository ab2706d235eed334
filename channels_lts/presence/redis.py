"""
Presence in the Redis of the channel layer: each operation is one script, one round trip.
"""
import functools
import os

from ..layers.base import capabilities_of
from ..layers.redis import keys
from ..redis.scripts import Script

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lua")
HOME = 0  # the shard for all of it: related data has to change together


SCRIPTS = {name: Script(FOLDER, name)
           for name in ("track", "untrack", "acknowledge", "sweep")}


class RedisStore:
    """
    The interface of both stores. A user and a scope are text without line feeds, a socket is the
    name of a reply channel, a change is (scope, user, is present). All methods raise RedisError.

    `is_quiet`: whether the last sweep found that nobody is here, and nothing is left to announce.
    """

    def __init__(self, layer, config, clock=None):
        """`clock`: returns the time in seconds, for tests; None: the server's own."""
        self.layer = layer
        self.config = config
        self.clock = clock
        self.prefix = layer.prefix + ":presence:"
        self.is_quiet = False
        self.ask = functools.partial(capabilities_of(layer).ask, HOME)
        self.lists = keys.open_sockets(layer.prefix, "")

    @property
    def connection(self):
        return self.layer.connection(HOME)

    def _run(self, name, *arguments, keys=()):
        now = repr(self.clock()) if self.clock else ""
        return self.ask(lambda: SCRIPTS[name].run(
            self.connection, keys, (self.prefix, self.lists, now) + arguments))

    def track(self, scopes, user, socket):
        """Adds a socket; returns the scopes in which the user is new."""
        process, name = _split(socket)
        return _texts(self._run("track", process, name, user, self.config.retry, *scopes,
                                keys=[keys.closed(self.layer.prefix, socket)]))

    def untrack(self, socket):
        """Takes a socket out of its scopes; returns its user, or None if it has none."""
        user = self._run("untrack", *(_split(socket) + (self.config.grace,)))
        return user.decode("utf8") if user else None

    def sweep(self):
        """
        Ends what has expired. Returns (changes to announce, scopes whose number of people has
        changed) to one caller per turn, and ([], []) to the others.
        """
        config = self.config
        news, counted, is_quiet = self._run(
            "sweep", config.grace, config.lease, config.longest, config.retry, config.turn,
            config.most)
        self.is_quiet = bool(is_quiet)
        scopes, users, states = news[0::3], news[1::3], news[2::3]
        return (list(zip(_texts(scopes), _texts(users), map(bool, states))),
                sorted(_texts(counted)))

    def acknowledge(self, changes):
        """Notes that changes were announced; returns those that are no longer true."""
        words = [word for scope, user, is_present in changes
                 for word in (scope, user, "1" if is_present else "0")]
        return [changes[place - 1] for place in self._run("acknowledge", *words)]

    def members(self, scope):
        return set(_texts(self.ask(lambda: self.connection.hkeys(self._scope(scope)))))

    def count(self, scopes):
        return dict(zip(scopes, self.ask(lambda: self._counts(scopes))))

    def _counts(self, scopes):
        pipeline = self.connection.pipeline(transaction=False)
        for scope in scopes:
            pipeline.hlen(self._scope(scope))
        return pipeline.execute()

    def figures(self):
        """(number of sockets in scopes, number of people without a socket, within the grace)."""
        return self.ask(self._figures)

    def _figures(self):
        processes = self.connection.hkeys(self.prefix + "processes")
        pipeline = self.connection.pipeline(transaction=False)
        for process in processes:
            pipeline.hlen("%ssockets:%s" % (self.prefix, process.decode("utf8")))
        pipeline.zcard(self.prefix + "leaving")
        *sockets, leaving = pipeline.execute()
        return sum(sockets), leaving

    def is_here(self, scope, user):
        return int(self.ask(lambda: self.connection.hget(self._scope(scope), user)) or 0) > 0

    def _scope(self, scope):
        return "%sscope:%s" % (self.prefix, scope)


def _split(socket):
    """(process channel, the rest): the first is the socket's interface server."""
    process, mark, name = socket.partition("!")
    return process + mark, name


def _texts(values):
    return [value.decode("utf8") for value in values]
