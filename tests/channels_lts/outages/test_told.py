"""
What clients and the log are told when a database or the cache is away, or a row is locked.
"""
import pytest
import redis
from channels import route
from django.db import (
    DatabaseError,
    DataError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django_redis.exceptions import ConnectionInterrupted

from channels_lts import outages
from channels_lts.outages import BUSY, UNAVAILABLE, kind_of, told
from channels_lts.security.refusal_log import RefusalLog
from links.bindings import LinkBinding

from ..asking import ask
from ..binding.frames import ask as ask_binding
from ..worker.loops import consume, make_layer
from ..worker.test_failures import faulty, survive


class PostgresError(Exception):
    """As psycopg2's, whose code can't be set."""

    def __init__(self, code):
        super().__init__("from the server")
        self.pgcode = code


def raised_from(cause, error):
    error.__cause__ = cause
    return error


def away():
    return raised_from(PostgresError(None), OperationalError("could not connect to server"))


def locked():
    return raised_from(PostgresError("55P03"), OperationalError("lock timeout"))


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(told, "outages", {})
    monkeypatch.setattr(told, "refusals", RefusalLog(told.refusals.logger))


@pytest.mark.parametrize("error, kind", [
    (away(), UNAVAILABLE),
    (raised_from(PostgresError(None), InterfaceError("connection already closed")), UNAVAILABLE),
    (raised_from(PostgresError(None), DatabaseError("SSL SYSCALL error: EOF")), UNAVAILABLE),
    (raised_from(PostgresError("57P01"), OperationalError("terminating connection")), UNAVAILABLE),
    (locked(), BUSY),
    (raised_from(PostgresError("40P01"), OperationalError("deadlock detected")), BUSY),
    (raised_from(PostgresError(None), ProgrammingError("no results to fetch")), None),
    (raised_from(PostgresError("42P01"), ProgrammingError("no such table")), None),
    (raised_from(PostgresError("22003"), DataError("out of range")), None),
    (OperationalError("database is locked"), BUSY),
    (OperationalError("unable to open database file"), UNAVAILABLE),
    (OperationalError("no such table: x"), None),
    (redis.ConnectionError("refused"), UNAVAILABLE),
    (ConnectionInterrupted(None, parent=redis.TimeoutError("silent")), UNAVAILABLE),
    (ConnectionInterrupted(None, parent=redis.ResponseError("WRONGTYPE")), None),
    (ValueError("locked"), None),
])
def test_an_error_about_the_server_is_known_from_one_about_the_question(error, kind):
    assert kind_of(error) == kind


@pytest.mark.parametrize("channel", ["websocket.connect", "websocket.receive"])
def test_a_socket_whose_consumer_finds_the_database_away_is_to_come_back(channel, log):
    assert survive(channel, faulty(away())) == [{"close": 1013}]
    assert log.having("Traceback") == []


def test_a_disconnect_that_finds_the_database_away_is_dealt_with_once_more(log):
    done = []

    def consumer(message):
        done.append(message.content.get("__retries__", 0))
        raise away()
    layer = make_layer(route("websocket.disconnect", consumer))
    consume(layer, ("websocket.disconnect", {"reply_channel": "daphne.response.x!y"}),
            max_messages=2)
    assert done == [0, 1]
    assert log.having("Traceback") == [] and log.one("nobody to tell")


def test_an_outage_is_two_lines_however_many_messages_fail(log):
    for _ in range(3):
        survive("test.other", faulty(away()))
    assert "could not connect" in log.one("The database default is away")
    told.on_connected(connection)
    told.on_connected(connection)
    assert log.one("The database default is back")


def test_what_is_locked_is_one_line_a_minute(log):
    for _ in range(3):
        assert survive("websocket.receive", faulty(locked())) == [{"close": 1013}]
    assert "locked" in log.one("lock timeout")


class Failing:
    """Middleware that needs the database."""
    error = None

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if Failing.error is not None:
            raise Failing.error
        return self.get_response(request)


@pytest.mark.parametrize("error", [away(), locked()])
def test_a_page_is_answered_with_503_and_without_a_traceback(error, settings, monkeypatch, log):
    settings.MIDDLEWARE = [__name__ + ".Failing"] + settings.MIDDLEWARE
    monkeypatch.setattr(Failing, "error", error)
    answer = ask(path="/healthz")
    assert (answer["status"], (b"Retry-After", b"5") in answer["headers"]) == (503, True)
    monkeypatch.setattr(Failing, "error", KeyError("a mistake"))
    assert ask(path="/healthz")["status"] == 500


def test_a_write_by_a_socket_is_answered(monkeypatch, log):
    def fail(self, *arguments):
        raise away()
    monkeypatch.setattr(LinkBinding, "has_permission", fail)
    answer = ask_binding(LinkBinding, action="delete", pk=1, request_id=7)
    assert (answer["action"], answer["code"], answer["request_id"]) == ("error", UNAVAILABLE, 7)
    monkeypatch.setattr(LinkBinding, "answer_frames", False)
    with pytest.raises(OperationalError):  # the worker closes the socket: nothing else tells it
        ask_binding(LinkBinding, action="delete", pk=1)


def test_other_errors_pass():
    with pytest.raises(KeyError), outages.answered():
        raise KeyError("a mistake")
