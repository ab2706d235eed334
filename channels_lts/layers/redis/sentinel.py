"""
Connections to the masters that Redis Sentinel names.
"""
import copy

from redis.sentinel import SentinelConnectionPool, SentinelManagedConnection

from channels_lts.redis.connections import UserConnection, close_idle

from .connections import FailoverConnection


class MasterConnection(FailoverConnection, UserConnection, SentinelManagedConnection):
    pass


class MasterPool(SentinelConnectionPool):
    """
    Leaves an old master connection by connection, each when it is next taken out of the pool.
    redis-py's own keeps the first address for ever, and after a failover ends, whenever a thread
    connects, the connections that all the others are using.
    """

    def __init__(self, service_name, sentinel_manager, **options):
        options.setdefault("connection_class", MasterConnection)
        super().__init__(service_name, sentinel_manager, **options)

    def get_master_address(self):
        """(host, port), asked of a Sentinel now. Raises MasterNotFoundError."""
        # discover_master moves the Sentinel that answered to the front of the list: two threads
        # doing that at once could lose one.
        asked = copy.copy(self.sentinel_manager)
        asked.sentinels = list(asked.sentinels)
        self.master_address = asked.discover_master(self.service_name)
        self.sentinel_manager.sentinels = asked.sentinels
        return self.master_address

    def get_connection(self, command_name, *keys, **options):
        connection = super().get_connection(command_name, *keys, **options)
        if (connection.host, connection.port) != self.master_address:
            connection.disconnect()
        return connection

    def renew(self):
        """As ConnectionPool.renew."""
        close_idle(self._available_connections)
