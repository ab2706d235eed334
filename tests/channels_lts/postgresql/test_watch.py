"""
Queries that get no answer, though the server's host lives.
"""
from contextlib import closing, contextmanager

import psycopg2
import pytest
from channels.signals import worker_ready
from django.db import OperationalError, connection

from channels_lts.delay.worker import Worker as DelayWorker
from channels_lts.listener.listener import Listener
from channels_lts.outages import UNAVAILABLE, kind_of
from channels_lts.postgresql.base import DatabaseWrapper
from channels_lts.postgresql.connections import Connection
from channels_lts.postgresql.watch import Watch, watch
from tests.support.waiting import in_thread, wait_for

from .fake import SilentServer


@pytest.fixture
def server():
    return SilentServer()


@pytest.fixture
def limit(settings):
    def set_limit(seconds):
        settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, QUERY_SECONDS=seconds)
    return set_limit


@contextmanager
def to(server):
    with closing(psycopg2.connect(
            host="127.0.0.1", port=server.port, user="x", dbname="x", connect_timeout=5,
            connection_factory=Connection)) as session:
        try:
            yield session
        finally:
            server.close()  # somebody still waiting holds the session


def outcome(call, *args):
    """What it returns or raises, run in a thread."""
    def run():
        try:
            return call(*args)
        except psycopg2.Error as error:
            return error
    return in_thread(run)


def ask(session):
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("SET a.b = 1")
    return True


def test_a_query_without_an_answer_is_given_up_with_its_connection(server, limit):
    limit(0)
    with to(server) as session:
        result = outcome(ask, session)
        assert server.asked.wait(5)
        watch.look()
        with pytest.raises(OperationalError, match="QUERY_SECONDS") as raised:
            with DatabaseWrapper({}).wrap_database_errors:
                raise result()
        assert kind_of(raised.value) == UNAVAILABLE
        assert server.ended.wait(5) and session.closed


@pytest.mark.parametrize("seconds", [60, None])
def test_within_the_limit_it_is_waited_for(server, limit, seconds):
    limit(seconds)
    with to(server) as session:
        result = outcome(ask, session)
        assert server.asked.wait(5)
        watch.look()
        server.answer()
        assert result() is True and not session.closed


def test_a_connection_on_which_nobody_waits_stays(server, limit):
    limit(0)
    with to(server) as session:
        watch.look()
        limit(60)
        result = outcome(ask, session)
        assert server.asked.wait(5)
        server.answer()
        assert result() is True
        limit(0)
        watch.look()
        assert not server.ended.is_set() and not session.closed


def stopped(process):
    process.stop_event.set()
    process.run()


@pytest.mark.django_db
@pytest.mark.parametrize("start", [
    lambda layer: worker_ready.send(sender=None),
    lambda layer: stopped(DelayWorker(layer, signal_handlers=False)),
    lambda layer: stopped(Listener("default", layer)),
], ids=["workers", "rundelay", "runlistener"])
def test_a_process_that_serves_watches(monkeypatch, channel_layer, start):
    started = []
    monkeypatch.setattr(Watch, "run", lambda self: started.append(self))
    monkeypatch.setattr(watch, "thread", None)
    for _ in range(2):
        start(channel_layer)
    wait_for(lambda: started == [watch], what="one thread")


def fetch(session):
    with session.cursor("named") as cursor:
        cursor.execute("SELECT pg_sleep(20)")
        return cursor.fetchone()


SLOW_COMMIT = """
CREATE TEMP TABLE slow (id int);
CREATE FUNCTION pg_temp.sleep() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE PROCEDURE pg_temp.sleep();
INSERT INTO slow VALUES (1)
"""


def commit(session):
    with session.cursor() as cursor:
        cursor.execute(SLOW_COMMIT)
    session.commit()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it is PostgreSQL's")
@pytest.mark.django_db
@pytest.mark.parametrize("call", [fetch, commit])
def test_so_is_what_waits_in_another_call(limit, call):
    options = DatabaseWrapper(connection.settings_dict).get_connection_params()
    with closing(psycopg2.connect(**dict(options, connection_factory=None))) as other, \
            closing(psycopg2.connect(**options)) as session:
        other.autocommit = True
        result = outcome(call, session)
        with other.cursor() as cursor:
            wait_for(lambda: is_asleep(cursor, session), what="a call that waits")
            limit(0)
            watch.look()
            assert isinstance(result(), psycopg2.OperationalError) and session.closed
            # The server notices when it has slept, and the database is to be dropped.
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND wait_event = 'PgSleep'")


def is_asleep(cursor, session):
    cursor.execute("SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = %s",
                   [session.get_backend_pid()])
    return cursor.fetchone()[0]
