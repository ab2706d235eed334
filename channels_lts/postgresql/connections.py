"""
psycopg2's connection and cursor, which record since when they have been waiting for the server.
"""
import os
import socket
import time

from psycopg2 import Error, OperationalError, extensions

from .watch import watch


class Connection(extensions.connection):
    """
    `asked_at`: since when a thread has waited for an answer on it, on the monotonic clock; None:
    not waiting. COPY isn't counted.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cursor_factory = Cursor
        self.asked_at = None
        self.limit = None  # the limit in seconds after which it was given up
        # A descriptor of our own: libpq may close its own at the very moment another thread shuts
        # it down, and the number may already belong to another file.
        self.end = socket.socket(fileno=os.dup(self.fileno()))
        watch.add(self)

    def ask(self, call, *args, **kwargs):
        """
        The call's result. Raises OperationalError if it was given up, or what the call raises.
        """
        self.asked_at = time.monotonic()
        try:
            return call(*args, **kwargs)
        except Error as error:
            if self.limit is None:
                raise
            raise OperationalError("no answer within %s seconds (QUERY_SECONDS)" % self.limit
                                   ) from error
        finally:
            self.asked_at = None

    def give_up(self, limit):
        """
        From any thread: ends the connection, and so the wait. psycopg2 has no other way, since
        libpq waits in C, and a hung server doesn't react to a cancellation.
        """
        self.limit = limit
        try:
            self.end.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended already
            pass

    def cursor(self, name=None, cursor_factory=None, **kwargs):
        if name is not None and cursor_factory is None and self.cursor_factory is Cursor:
            cursor_factory = NamedCursor
        return super().cursor(name, cursor_factory, **kwargs)

    def commit(self):
        self.ask(super().commit)

    def rollback(self):
        self.ask(super().rollback)

    def close(self):
        super().close()
        self.end.close()


def asking(method):
    def ask(self, *args, **kwargs):
        return self.connection.ask(method, self, *args, **kwargs)
    return ask


class Cursor(extensions.cursor):
    execute = asking(extensions.cursor.execute)
    executemany = asking(extensions.cursor.executemany)
    callproc = asking(extensions.cursor.callproc)


class NamedCursor(Cursor):
    """Its rows stay on the server until they are fetched."""
    fetchone = asking(extensions.cursor.fetchone)
    fetchmany = asking(extensions.cursor.fetchmany)
    fetchall = asking(extensions.cursor.fetchall)
    scroll = asking(extensions.cursor.scroll)
    close = asking(extensions.cursor.close)
    __next__ = asking(extensions.cursor.__next__)
