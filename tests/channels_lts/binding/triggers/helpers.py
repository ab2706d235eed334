"""
Other programs, and a listener by hand.
"""
import contextlib

import psycopg2
from django.db import connection

from channels_lts.listener.listener import Listener


class Program:
    """Another program, which knows nothing of Django."""

    def __init__(self):
        self.session = psycopg2.connect(**connection.get_connection_params())
        self.session.autocommit = True
        self.run("SET lock_timeout = '20s'")  # what would wait forever fails

    def run(self, sql, parameters=None):
        with self.session.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchone()[0] if cursor.description else None

    @contextlib.contextmanager
    def transaction(self):
        self.session.autocommit = False
        try:
            with self.session:
                yield
        finally:
            self.session.autocommit = True

    def close(self):
        self.session.close()


def raw(sql, parameters=None):
    """SQL by Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def entries():
    """How many entries the outbox has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM channels_lts_outbox")
        return cursor.fetchone()[0]


class Pump:
    """A listener whose seconds pass when the test says so."""

    def __init__(self, layer):
        self.now = 0
        self.listener = Listener("default", layer, lambda: self.now)
        assert self.listener.become_active()

    def look(self):
        while self.listener.send_batch():
            pass

    def tell(self):
        """All that there is, what Django processes left included."""
        self.look()
        self.now += 1
        self.look()
