"""
Connections to the masters that Redis Sentinel names, for the channel layer and the cache.

A service is given by the URL that its server would have, with the service's name as the host:
`rediss://user:password@primary/0?ssl_ca_certs=…`; user, password and options are the server's. A
Sentinel is (host, port), or a URL with its own user, password and options.
"""
import contextlib
import itertools
import socket
import threading
import time
import weakref

from redis import connection
from redis.sentinel import SentinelConnectionPool, SentinelManagedConnection

from .connections import FailoverConnection, close_idle
from .sentinels import Sentinels
from .timeouts import CONNECT_SECONDS, with_timeouts
from .url import parse

WATCH_SECONDS = 0.5  # between two queries, each to another Sentinel


class MasterConnection(FailoverConnection, SentinelManagedConnection):

    def connect_to(self, address):
        super().connect_to(address)
        self.connection_pool.connected(self)

    def break_off(self):
        """Makes the thread that uses it, which is another one, find it broken."""
        sock = self._sock
        if sock is not None:
            with contextlib.suppress(OSError):  # it is already closed
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # TLS's own is only for its thread


class SSLMasterConnection(MasterConnection, connection.SSLConnection):
    pass


def watch(reference):
    """Queries Sentinels until the pool is gone: `reference` doesn't keep it alive."""
    for turn in itertools.count():
        pool = reference()
        if pool is None:
            return
        pool.look(turn)
        del pool
        time.sleep(WATCH_SECONDS)


class MasterPool(SentinelConnectionPool):
    """
    Leaves an old master as soon as a Sentinel names another one. In a planned failover the old
    master only learns of it 10 seconds later, and what it is given until then is lost.

    redis-py's own pool keeps the first address for ever, and when a thread connects after a
    failover, it closes the connections that all the others are using.
    """
    classes = {"redis": MasterConnection, "rediss": SSLMasterConnection}

    def __init__(self, service_name, sentinel_manager, **options):
        options.setdefault("connection_class", MasterConnection)
        self._connections = weakref.WeakSet()  # all connections created with its options
        self._listeners = []
        self._lock = threading.Lock()
        self._watch = None
        super().__init__(service_name, sentinel_manager, **options)

    @classmethod
    def from_url(cls, url, sentinels, sentinel_kwargs=None, min_other_sentinels=0, **defaults):
        """
        `url`: of a service. `sentinels`: their addresses, and `sentinel_kwargs` the options of the
        connections to them (Sentinels). `defaults`: options that the URL may override; time limits
        are added where neither has any. Raises ValueError.
        """
        options = dict(with_timeouts(defaults, CONNECT_SECONDS), **parse(url))
        scheme = url.partition(":")[0]
        if scheme not in cls.classes:
            raise ValueError("names no service")
        service = options.pop("host")
        options.pop("port")  # parse always returns one
        manager = Sentinels(sentinels, min_other_sentinels, **sentinel_kwargs or {})
        return cls(service, manager, connection_class=cls.classes[scheme], **options)

    @property
    def server(self):
        """Like ConnectionPool.server."""
        return "service %s" % self.service_name

    @property
    def key(self):
        """Like ConnectionPool.key."""
        return self.server, frozenset(
            each.connection_pool.server for each in self.sentinel_manager.sentinels)

    def on_moved(self, listener):
        """`listener(address)` is called, in any thread, when there is another master."""
        self._listeners.append(listener)

    def get_master_address(self):
        """(host, port), freshly queried from a Sentinel. Raises MasterNotFoundError."""
        self._move(self.sentinel_manager.discover_master(self.service_name))
        if self._watch is None or not self._watch.is_alive():
            self._watch = threading.Thread(target=watch, args=(weakref.ref(self),), daemon=True)
            self._watch.start()
        return self.master_address

    def connected(self, found):
        """Call it with each new connection."""
        with self._lock:
            self._connections.add(found)
        if (found.host, found.port) != self.master_address:  # there has been news meanwhile
            found.break_off()

    def look(self, turn):
        """
        Asks one Sentinel (Sentinels.newer_master), and leaves the master if it no longer is one.
        """
        address = self.sentinel_manager.newer_master(self.service_name, turn)
        if address is not None:
            self._move(address)

    def _move(self, address):
        before, self.master_address = self.master_address, address
        if before in (None, address):
            return
        with self._lock:
            connections = list(self._connections)
        for each in connections:
            if (each.host, each.port) != address:
                each.break_off()
        for listener in self._listeners:
            listener(address)

    def get_connection(self, command_name, *keys, **options):
        found = super().get_connection(command_name, *keys, **options)
        if (found.host, found.port) != self.master_address:
            found.disconnect()
        return found

    def renew(self):
        """Like ConnectionPool.renew."""
        close_idle(self._available_connections)


def service_of(name):
    """The URL of a service given by URL or just by name."""
    return name if "://" in name else "redis://" + name
