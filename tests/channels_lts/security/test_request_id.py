"""
By what name a request goes through the logs of all processes.
"""
import logging

import pytest
from channels.routing import route

from channels_lts.logs.subject import NOBODY, current
from channels_lts.security.request_id import ids_of, ids_of_message
from tests.channels_lts.worker.loops import consume, make_layer

REPLY = "daphne.response.abc!xyz"


@pytest.fixture
def believed(settings):
    settings.CHANNELS_LTS = {"REQUEST_ID_HEADER": "X-Request-ID"}


def headers(*values):
    return [(b"host", b"x")] + [(b"x-request-id", value) for value in values]


@pytest.mark.parametrize("value", [
    b"4711", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", b"Root=1-67891233:a/b+c@d",
    b"a" * 128])
def test_what_a_proxy_calls_a_request_is_kept(believed, value):
    assert ids_of(REPLY, headers(value)) == ("xyz", value.decode("ascii"))


@pytest.mark.parametrize("values", [
    (), (b"",), (b"a" * 129,), (b"a b",), (b"a\nb",), (b"a\n",), (b"\xff",), (b'"',), (b"<a>",),
    (b"one", b"two")])
def test_what_could_be_anything_is_not(believed, values):
    assert ids_of(REPLY, headers(*values)) == ("xyz", "")


def test_nobody_is_believed_by_default():
    assert ids_of(REPLY, headers(b"4711")) == ("xyz", "")


@pytest.mark.parametrize("content", [{}, {"reply_channel": None}])
def test_a_job_is_about_no_request(content):
    assert ids_of_message(content) == NOBODY


def test_what_a_consumer_logs_is_about_its_message_and_what_comes_after_is_not(believed):
    seen = []
    consume(make_layer(route("http.request", lambda message: seen.append(current())),
                       route("jobs", lambda message: seen.append(current()))),
            ("http.request", {"path": "/", "reply_channel": REPLY, "headers": headers(b"4711")}),
            ("jobs", {}))
    assert sorted(seen) == sorted([("xyz", "4711"), NOBODY])


def test_the_id_is_that_of_a_record_of_any_logger(believed):
    class Handler(logging.Handler):
        ids = None

        def emit(self, record):
            self.ids = current()
    handler, logger = Handler(), logging.getLogger("a view's own")
    logger.addHandler(handler)
    consume(make_layer(route("websocket.receive", lambda message: logger.error("no"))),
            ("websocket.receive", {"path": "/", "reply_channel": REPLY, "text": "x"}))
    assert handler.ids == ("xyz", "")
