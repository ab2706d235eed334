"""
Connections to PostgreSQL whose other end has gone.
"""
import os
import select
import socket
from contextlib import closing

from django.db import connections

from ..redis.timeouts import KEEPALIVE

OWN_OPTIONS = ("keepalives", "tcp_user_timeout")
MOST_READS = 10  # stays readable: libpq sees the end only after the server's last words


def keep_alive(connection, **kwargs):
    """
    A receiver of Django's connection_created: makes the kernel end the connection some seconds
    after packets begin to vanish. Otherwise a worker would wait for hours (psycopg2 has no timeout,
    and libpq's `tcp_user_timeout` begins with 12). The project's own options are kept.
    """
    if connection.vendor != "postgresql" or has_own_options(connection):
        return
    with closing(socket.socket(fileno=os.dup(connection.connection.fileno()))) as end:
        if end.family != socket.AF_UNIX:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEPALIVE.items():
                end.setsockopt(socket.IPPROTO_TCP, name, value)


def has_own_options(connection):
    return any(name.startswith(OWN_OPTIONS) for name in connection.settings_dict["OPTIONS"])


def close_lost(**kwargs):
    """
    A receiver of channels' consumer_started: closes connections that the server has closed since
    the last message, by a restart for example, so that this message gets a new one. Asks only the
    kernel.
    """
    for connection in connections.all():
        if (connection.vendor == "postgresql" and connection.connection is not None
                and not connection.in_atomic_block and is_lost(connection)):
            connection.close()


def is_lost(connection):
    """What is readable between two statements: notifications, which stay there, or the end."""
    raw = connection.connection
    waiting = select.poll()
    waiting.register(raw, select.POLLIN)
    for _ in range(MOST_READS):
        if raw.closed or not waiting.poll(0):
            return bool(raw.closed)
        try:
            raw.poll()
        except connection.Database.Error:
            return True
    return True
