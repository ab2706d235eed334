"""
The log of what is refused.
"""
import logging

import pytest

from channels_lts.security.refusal_log import RefusalFilter, RefusalHandler, RefusalLog


class Clock:
    now = 1000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(clock):
    return RefusalLog(logging.getLogger(__name__), clock)


def test_the_first_of_each_reason_is_told_at_once(log, caplog):
    log.note("an origin", "http://a")
    log.note("a body")
    assert caplog.messages == ["Refused: an origin (http://a)", "Refused: a body"]


def test_more_of_them_are_one_line_a_minute(log, clock, caplog):
    for _ in range(1000):
        log.note("an origin", "http://a")
    clock.now += 60
    log.note("an origin", "http://b")
    log.note("an origin", "http://c")
    assert caplog.messages == ["Refused: an origin (http://a)",
                               "Refused: an origin (http://b); 999 more since the last such line"]


@pytest.mark.parametrize("detail", ["a\nb\x1b[31m\u2028\r", b"a\nb\x1b[31m\xe2\x80\xa8\r"])
def test_what_a_client_has_sent_makes_no_line_of_its_own(log, caplog, detail):
    log.note("an origin", detail)
    line, = caplog.messages
    assert line.isascii() and line.isprintable()


def test_what_a_client_has_sent_is_cut(log, caplog):
    log.note("an origin", "\0" * 10 ** 6)
    assert len(caplog.messages[0]) < 250


def test_what_django_refuses_is_a_line_a_minute_too(caplog):
    logger = logging.Logger("django.security.DisallowedHost")
    logger.addHandler(RefusalHandler(__name__))
    for number in range(1000):
        logger.error("Invalid HTTP_HOST header: %r", "evil\n%d" % number)
    line, = caplog.records
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    assert "ALLOWED_HOSTS" in line.getMessage() and "evil" in line.getMessage()


@pytest.fixture
def django_request():
    """The logger, filtered, and the records that pass."""
    logger, passed = logging.Logger("django.request"), []
    logger.addFilter(RefusalFilter(__name__))
    handler = logging.Handler()
    handler.emit = passed.append
    logger.addHandler(handler)
    return logger, passed


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 412, 413, 429])
def test_answers_of_one_status_are_a_line_a_minute(django_request, caplog, status):
    logger, passed = django_request
    for number in range(1000):
        logger.warning("No: %s", "/%d\n" % number + "a" * 16000, extra={"status_code": status})
    line, = caplog.messages
    assert line.startswith("Refused: %d " % status) and len(line) < 300 and line.isprintable()
    assert passed == []


def test_errors_of_the_servers_pass_with_their_tracebacks(django_request, caplog):
    logger, passed = django_request
    for _ in range(2):
        logger.error("No: %s", "/", exc_info=(ValueError, ValueError(), None),
                     extra={"status_code": 500})
    logger.warning("Something else")
    assert [bool(record.exc_info) for record in passed] == [True, True, False]
    assert caplog.messages == []


def test_sockets_that_daphne_closes_under_load_are_a_line_a_minute(django_request, caplog):
    for number in range(1000):
        for doing in ("connect", "receive"):
            django_request[0].warning("WebSocket force closed for %s due to " + doing +
                                      " backpressure", number)
    assert [message.partition(" (")[0] for message in caplog.messages] == [
        "Refused: a handshake while websocket.connect is full",
        "Refused: a frame while websocket.receive is full"]


def test_the_site_has_a_line_a_minute_for_each_reason(settings):
    loggers = settings.LOGGING["loggers"]
    assert loggers["django.request"] == {"filters": ["refusals"]}
    assert loggers["django.security"] == {"handlers": ["refusals"], "propagate": False}
    assert loggers["channels_lts"]["handlers"] == ["console"]
