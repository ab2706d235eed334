"""
What several Redis Sentinels say about the masters that they monitor.
"""
import threading

from redis import StrictRedis
from redis._compat import nativestr
from redis.exceptions import ConnectionError, RedisError
from redis.sentinel import MasterNotFoundError, Sentinel

from .connections import ConnectionPool
from .timeouts import CONNECT_SECONDS, with_timeouts


class Sentinels(Sentinel):
    """
    redis-py's, with users and TLS, for several threads; and it doesn't return to an old master
    because one Sentinel hasn't yet heard of a failover that another one has reported.
    """

    def __init__(self, addresses, min_other_sentinels=0, ssl=False, **options):
        """
        `addresses`: of the Sentinels, as (host, port) or URLs. `options`: for the connections to
        them, and whether to use TLS if an address doesn't say. Raises ValueError.
        """
        super().__init__([], min_other_sentinels, {})
        options = with_timeouts(options, CONNECT_SECONDS)
        self.sentinels = [
            StrictRedis(connection_pool=ConnectionPool.from_url(_url(address, ssl), **options))
            for address in addresses]
        self.epochs = {}  # service: epoch of the last failover heard of
        self._lock = threading.Lock()

    def discover_master(self, service_name):
        """The master's (host, port). Raises MasterNotFoundError, with what each Sentinel said."""
        said, behind = [], []
        for sentinel in self.sentinels:
            epoch, answer = self._ask(sentinel, service_name)
            if epoch is None:
                said.append(answer)
            elif epoch < self.epochs.get(service_name, 0):
                behind.append((epoch, answer))
            else:
                self._ask_first(sentinel)
                return self._heard(service_name, epoch, answer)
        if behind:  # all of them: they have been set up again
            return self._heard(service_name, *max(behind))
        raise MasterNotFoundError("no Sentinel names a master (%s)" % "; ".join(said))

    def newer_master(self, service_name, turn):
        """
        The master's (host, port) according to one Sentinel, a different one with each `turn` (0, 1,
        …); None if that one doesn't know, or not yet.
        """
        sentinels = self.sentinels
        epoch, answer = self._ask(sentinels[turn % len(sentinels)], service_name)
        if epoch is None or epoch < self.epochs.get(service_name, 0):
            return None
        return self._heard(service_name, epoch, answer)

    def _ask(self, sentinel, service_name):
        """(the epoch of the last failover, (host, port)); or (None, why it isn't known)."""
        try:
            masters = sentinel.sentinel_masters()
            if service_name not in masters:
                return None, "a Sentinel only knows %s" % (", ".join(sorted(masters)) or "none")
            state = masters[service_name]
            if not self.check_master_state(state, service_name):
                return None, "its Sentinel considers it down"
            # During a failover the state is still the old master's, but the address already the new
            # one's.
            found = sentinel.sentinel_get_master_addr_by_name(service_name)
        except RedisError as error:
            return None, str(error)
        host, port = found or (state["ip"], state["port"])
        return state["config-epoch"], (nativestr(host), port)

    def _heard(self, service_name, epoch, address):
        self.epochs[service_name] = epoch
        return address

    def _ask_first(self, sentinel):
        with self._lock:  # and make a new list: another thread may be iterating over this one
            others = [each for each in self.sentinels if each is not sentinel]
            self.sentinels = [sentinel] + others

    def services(self):
        """
        The names of all services that they monitor, in the same order for all processes. Raises
        ConnectionError.
        """
        said = []
        for sentinel in self.sentinels:
            try:
                return sorted(sentinel.sentinel_masters())
            except RedisError as error:
                said.append(str(error))
        raise ConnectionError("no Sentinel answers (%s)" % "; ".join(said))


def _url(address, ssl):
    if isinstance(address, str):
        return address
    host, port = address
    return "%s://%s:%d" % ("rediss" if ssl else "redis", "[%s]" % host if ":" in host else host,
                           int(port))
