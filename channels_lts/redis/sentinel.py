"""
Connections to the masters that Redis Sentinel names, for the channel layer and the cache.

A service is named by the URL that its server would have, with the service's name for the host:
`rediss://user:password@primary/0?ssl_ca_certs=…`; user, password and options are the server's. A
Sentinel is (host, port), or a URL with what it wants itself.
"""
from redis import StrictRedis, connection
from redis.exceptions import ConnectionError, TimeoutError
from redis.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
)

from .connections import ConnectionPool, FailoverConnection, close_idle
from .timeouts import CONNECT_SECONDS, with_timeouts
from .url import parse


class MasterConnection(FailoverConnection, SentinelManagedConnection):
    pass


class SSLMasterConnection(FailoverConnection, SentinelManagedConnection, connection.SSLConnection):
    pass


class Sentinels(Sentinel):
    """redis-py's, with users and TLS, and for several threads."""

    def __init__(self, addresses, min_other_sentinels=0, ssl=False, **options):
        """
        `addresses`: of the Sentinels. `options`: of the connections to them, and whether it is by
        TLS, where an address doesn't say. Raises ValueError.
        """
        super().__init__([], min_other_sentinels, {})
        options = with_timeouts(options, CONNECT_SECONDS)
        self.sentinels = [
            StrictRedis(connection_pool=ConnectionPool.from_url(_url(address, ssl), **options))
            for address in addresses]

    def discover_master(self, service_name):
        """Its (host, port). Raises MasterNotFoundError, which says what each Sentinel has said."""
        said = []
        for sentinel in self.sentinels:
            try:
                masters = sentinel.sentinel_masters()
            except (ConnectionError, TimeoutError) as error:
                said.append(str(error))
                continue
            state = masters.get(service_name)
            if state and self.check_master_state(state, service_name):
                self._ask_first(sentinel)
                return state["ip"], state["port"]
            said.append("its Sentinel takes it for down" if state else
                        "a Sentinel knows %s only" % (", ".join(sorted(masters)) or "none"))
        raise MasterNotFoundError("no Sentinel names a master (%s)" % "; ".join(said))

    def _ask_first(self, sentinel):
        # A new list: another thread may be going through this one.
        others = [each for each in self.sentinels if each is not sentinel]
        self.sentinels = [sentinel] + others

    def services(self):
        """
        The names of all that they watch, in an order that is the same for all processes. Raises
        ConnectionError.
        """
        said = []
        for sentinel in self.sentinels:
            try:
                return sorted(sentinel.sentinel_masters())
            except (ConnectionError, TimeoutError) as error:
                said.append(str(error))
        raise ConnectionError("no Sentinel answers (%s)" % "; ".join(said))


class MasterPool(SentinelConnectionPool):
    """
    Leaves an old master connection by connection, each when it is next taken out of the pool.
    redis-py's own keeps the first address for ever, and after a failover ends, whenever a thread
    connects, the connections that all the others are using.
    """
    classes = {"redis": MasterConnection, "rediss": SSLMasterConnection}

    def __init__(self, service_name, sentinel_manager, **options):
        options.setdefault("connection_class", MasterConnection)
        super().__init__(service_name, sentinel_manager, **options)

    @classmethod
    def from_url(cls, url, sentinels, sentinel_kwargs=None, min_other_sentinels=0, **defaults):
        """
        `url`: of a service. `sentinels`: their addresses, and `sentinel_kwargs` the options of the
        connections to them (Sentinels). `defaults`: options that the URL may override; with time
        limits where neither has any. Raises ValueError.
        """
        options = dict(with_timeouts(defaults, CONNECT_SECONDS), **parse(url))
        scheme = url.partition(":")[0]
        if scheme not in cls.classes:
            raise ValueError("names no service")
        service = options.pop("host")
        options.pop("port")  # parse has one always
        manager = Sentinels(sentinels, min_other_sentinels, **sentinel_kwargs or {})
        return cls(service, manager, connection_class=cls.classes[scheme], **options)

    @property
    def server(self):
        """As ConnectionPool.server."""
        return "service %s" % self.service_name

    @property
    def key(self):
        """As ConnectionPool.key."""
        return self.server, frozenset(
            each.connection_pool.server for each in self.sentinel_manager.sentinels)

    def get_master_address(self):
        """(host, port), asked of a Sentinel now. Raises MasterNotFoundError."""
        self.master_address = self.sentinel_manager.discover_master(self.service_name)
        return self.master_address

    def get_connection(self, command_name, *keys, **options):
        found = super().get_connection(command_name, *keys, **options)
        if (found.host, found.port) != self.master_address:
            found.disconnect()
        return found

    def renew(self):
        """As ConnectionPool.renew."""
        close_idle(self._available_connections)


def service_of(name):
    """The URL of a service that is given by its URL or its name alone."""
    return name if "://" in name else "redis://" + name


def _url(address, ssl):
    if isinstance(address, str):
        return address
    host, port = address
    return "%s://%s:%d" % ("rediss" if ssl else "redis", "[%s]" % host if ":" in host else host,
                           int(port))
