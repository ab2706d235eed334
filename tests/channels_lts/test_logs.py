import io
import json
import logging
import re

import pytest

from channels_lts.logs import Formatter, setup_logger
from channels_lts.logs.as_json import JSONFormatter
from channels_lts.logs.subject import Ids, about
from tests.support.waiting import in_thread


@pytest.fixture
def lines():
    """Logs as a process does; returns the lines written."""
    return logged_by(Formatter("%(levelname)s %(request)s%(message)s"))


def logged_by(formatter):
    output = io.StringIO()
    logger = logging.Logger("test")
    logger.addHandler(logging.StreamHandler(output))
    logger.handlers[0].setFormatter(formatter)

    def written(message, *args, **kwargs):
        logger.error(message, *args, **kwargs)
        return output.getvalue().splitlines()
    return written


@pytest.mark.parametrize("character", [
    "\n", "\r", "\x1b", "\x00", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\u2066", "\u200b",
    "\ud800"])
def test_a_path_writes_no_line_of_its_own_and_hides_nothing(lines, character):
    line, = lines("Not Found: %s", "/a%sERROR b" % character)
    assert line == "ERROR Not Found: /a%sERROR b" % ascii(character)[1:-1]


def test_what_is_a_character_stays_one(lines):
    assert lines("caf\u00e9 \u4e2d\t\U0001f600") == ["ERROR caf\u00e9 \u4e2d\t\U0001f600"]


def test_the_lines_of_a_traceback_are_lines_and_none_looks_like_a_record(lines):
    try:
        raise ValueError("a\nERROR b\x1b")
    except ValueError:
        found = lines("It fails:", exc_info=True)
    assert found[0] == "ERROR It fails:"
    assert found[-2:] == ["  ValueError: a", "  ERROR b\\x1b"]
    assert all(line.startswith("  ") for line in found[1:])


@pytest.mark.parametrize("path", ["/" + "a" * 16000, "/" + "\x1b" * 16000])
def test_what_a_client_has_sent_is_cut_and_its_length_told(lines, path):
    line, = lines("Internal Server Error: %s", path)
    assert len(line) < 2100 and line.endswith("... (16024 characters)")


@pytest.mark.parametrize("content", ["a" * 10 ** 6, "a\n" * 10 ** 6], ids=["one line", "many"])
def test_a_traceback_with_a_body_in_it_is_cut_and_says_where_it_was(lines, content):
    try:
        raise ValueError(content)
    except ValueError:
        found = lines("It fails:", exc_info=True)
    assert "raise ValueError(content)" in "".join(found)
    assert len(found) < 500 and max(map(len, found)) < 2100


def test_the_site_and_its_commands_write_so(settings):
    from channels.log import handler
    setup_logger("tests.logs")
    assert isinstance(handler.formatter, Formatter) and "%(request)s" in handler.formatter._fmt
    setup_logger("tests.logs", log_format="json")
    assert isinstance(handler.formatter, JSONFormatter)
    assert settings.LOGGING["formatters"]["line"]["()"] == "channels_lts.logs.formatter"


# Whom a line is about

def about_request():
    return about(lambda: Ids("abc", "of-the-proxy"))


def test_a_line_says_which_request_it_is_about_and_which_the_proxy_says(lines):
    with about_request():
        assert lines("It is %s", "so") == ["ERROR [abc] [of-the-proxy] It is so"]
    assert lines("It was")[-1] == "ERROR It was"


def test_what_is_said_in_another_thread_is_about_nothing(lines):
    with about_request():
        in_thread(lambda: lines("There"))()
    assert lines("")[0] == "ERROR There"


# JSON

@pytest.fixture
def records():
    """As `lines`, the JSON of each line."""
    written = logged_by(JSONFormatter())

    def parsed(*args, **kwargs):
        lines = written(*args, **kwargs)
        assert all(line.isascii() for line in lines)
        return [json.loads(line) for line in lines]
    return parsed


def test_json_has_a_line_for_each_record(records):
    with about_request():
        first, = records("a\nb\u2028 %s", "Größe")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert first == {"level": "ERROR", "logger": "test", "message": "a\\nb\\u2028 Größe",
                     "request_id": "abc", "correlation_id": "of-the-proxy"}
    assert not {"request_id", "correlation_id", "exception"} & set(records("again")[1])


def test_json_has_a_traceback_in_its_line_cut_as_elsewhere(records):
    try:
        raise ValueError("a" * 10 ** 6)
    except ValueError:
        found, = records("It fails:", exc_info=True)
    assert "raise ValueError" in found["exception"] and len(found["exception"]) < 10000
    assert found["message"] == "It fails:"
