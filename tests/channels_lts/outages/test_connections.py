"""
Connections to a PostgreSQL that has gone, or gets nothing any more.
"""
import os
import socket
from contextlib import closing, contextmanager

import psycopg2
import pytest
from channels.signals import consumer_finished, consumer_started
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("TEST_DATABASE_URL isn't that of a PostgreSQL")
    connection.close()
    connection.ensure_connection()
    yield
    connection.close()


def end_at_server():
    """As a restart of the server ends it."""
    options = connection.get_connection_params()
    with closing(psycopg2.connect(**options)) as other, other.cursor() as cursor:
        other.autocommit = True
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)",
                       [connection.connection.get_backend_pid()])
        assert cursor.fetchone() == (True,)


def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()


@contextmanager
def message():
    """What a worker sends around one."""
    consumer_started.send(sender=None, environ={})
    try:
        yield
    finally:
        consumer_finished.send(sender=None)


def test_a_message_after_a_restart_of_the_server_gets_a_new_connection():
    end_at_server()
    with message():
        assert ask() == (1,)


def test_without_that_look_it_would_fail():
    end_at_server()
    with pytest.raises(OperationalError):
        ask()


def test_a_connection_that_has_a_notification_stays():
    with connection.cursor() as cursor:
        cursor.execute("LISTEN news")
        cursor.execute("NOTIFY news")
    options = connection.get_connection_params()
    with closing(psycopg2.connect(**options)) as other, other.cursor() as cursor:
        cursor.execute("NOTIFY news")
        other.commit()
    before = connection.connection
    with message():
        assert connection.connection is before and ask() == (1,)


def test_the_kernel_ends_a_connection_whose_packets_vanish(monkeypatch):
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("Linux only")

    def option(level, name):
        with closing(socket.socket(fileno=os.dup(connection.connection.fileno()))) as end:
            return end.getsockopt(level, name)
    assert option(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10000
    assert option(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert option(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"keepalives_idle": 77})
    connection.close()
    ask()
    assert option(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 77
    assert option(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0


def test_a_row_that_somebody_keeps_locked_is_waited_for_two_seconds(settings):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("2s",)
