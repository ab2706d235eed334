"""
redis-py's connections, with user names, and disconnecting from servers that can't be used now.
"""
import contextlib

from redis import connection
from redis.exceptions import ReadOnlyError, ResponseError

from .errors import AccessRefused, Unavailable, is_unavailable, problem_of
from .timeouts import CONNECT_SECONDS, with_timeouts
from .url import parse

# redis-py's UnixDomainSocketConnection doesn't accept them.
TCP_OPTIONS = ("socket_connect_timeout", "socket_keepalive", "socket_keepalive_options")


class UserConnection:
    """
    Also sends AUTH a user name, if there is one. Raises AccessRefused where redis-py uses
    ResponseError for everything; a command the user may not run still raises ResponseError.
    """

    def __init__(self, username=None, **options):
        self.username = username
        super().__init__(**options)

    def send_command(self, *args):
        if args[0] == "AUTH" and len(args) == 2 and self.username:
            args = "AUTH", self.username, args[1]
        super().send_command(*args)

    def read_response(self):
        try:
            return super().read_response()
        except ResponseError as error:
            problem = problem_of(str(error), self.username)
            if problem is None or str(error).startswith("NOPERM"):
                raise
            self.disconnect()
            raise AccessRefused(address_of(vars(self)), problem) from error


class FailoverConnection(UserConnection):
    """
    Disconnects when a server says that it is a replica, as redis-py only does with Sentinel: after
    a failover the name leads elsewhere, but only for new connections. Raises Unavailable.
    """

    def read_response(self):
        try:
            return super().read_response()
        except ResponseError as error:
            if not isinstance(error, ReadOnlyError) and not is_unavailable(str(error)):
                raise
            self.disconnect()
            raise Unavailable(str(error))


class Connection(FailoverConnection, connection.Connection):
    pass


class SSLConnection(FailoverConnection, connection.SSLConnection):
    pass


class UnixDomainSocketConnection(FailoverConnection, connection.UnixDomainSocketConnection):
    pass


class ConnectionPool(connection.ConnectionPool):
    """
    redis-py's, created from URLs as described in url.py; with time limits even where neither the
    URL nor the settings have any (redis-py waits for ever).
    """
    classes = {"redis": Connection, "rediss": SSLConnection, "unix": UnixDomainSocketConnection}

    @classmethod
    def from_url(cls, url, **defaults):
        """`defaults`: options that the URL may override. Raises what `parse` does."""
        options = dict(with_timeouts(defaults, CONNECT_SECONDS), **parse(url))
        scheme = url.partition(":")[0]
        if scheme == "unix":
            options = {name: value for name, value in options.items() if name not in TCP_OPTIONS}
        return cls(connection_class=cls.classes[scheme], **options)

    @property
    def server(self):
        """The server's address, for a log."""
        return address_of(self.connection_kwargs)

    @property
    def key(self):
        """Equal for two pools if and only if they lead to the same server."""
        return self.server

    def renew(self):
        """Closes idle connections: whoever takes one reconnects."""
        close_idle(self._available_connections)


def close_idle(connections):
    """Closes the connections in a redis-py pool's list of free ones."""
    closed = []
    with contextlib.suppress(IndexError):  # another thread takes from the list, too
        while True:
            closed.append(connections.pop())
            closed[-1].disconnect()
    connections.extend(closed)


def address_of(options):
    """A server's address, for a log: a path, or host:port. `options`: those of a connection."""
    return options.get("path") or "%s:%s" % (options.get("host"), options.get("port"))
