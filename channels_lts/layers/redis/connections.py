"""
Connections of redis-py that leave a server which is of no use.
"""
from redis.exceptions import ConnectionError, ReadOnlyError, ResponseError

from .outage import is_useless


class Leaving:
    """
    Breaks off when a server says that it is a replica, as redis-py does with Sentinel only: after
    a failover the name leads elsewhere, but only for who connects anew.
    """

    def read_response(self):
        try:
            return super().read_response()
        except ResponseError as error:
            if not isinstance(error, ReadOnlyError) and not is_useless(str(error)):
                raise
            self.disconnect()
            raise ConnectionError(str(error))


def leaving(client):
    """The same redis.Redis, from now on with connections of this kind."""
    pool = client.connection_pool
    pool.connection_class = type("Leaving", (Leaving, pool.connection_class), {})
    return client
