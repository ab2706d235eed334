"""
Connections of redis-py that break off from a server which can't be used now.
"""
from redis.exceptions import ReadOnlyError, ResponseError

from channels_lts.redis import connections
from channels_lts.redis.errors import Unavailable, is_unavailable


class FailoverConnection:
    """
    Breaks off when a server says that it is a replica, as redis-py does with Sentinel only: after
    a failover the name leads elsewhere, but only for who connects anew. Raises Unavailable.
    """

    def read_response(self):
        try:
            return super().read_response()
        except ResponseError as error:
            if not isinstance(error, ReadOnlyError) and not is_unavailable(str(error)):
                raise
            self.disconnect()
            raise Unavailable(str(error))


class Connection(FailoverConnection, connections.Connection):
    pass


class SSLConnection(FailoverConnection, connections.SSLConnection):
    pass


class UnixDomainSocketConnection(FailoverConnection, connections.UnixDomainSocketConnection):
    pass


class FailoverPool(connections.ConnectionPool):
    classes = {"redis": Connection, "rediss": SSLConnection, "unix": UnixDomainSocketConnection}
