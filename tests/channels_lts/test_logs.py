import io
import logging

import pytest

from channels_lts.logs import Formatter


@pytest.fixture
def lines():
    """Logs as a process does; returns what is written, as lines."""
    output = io.StringIO()
    logger = logging.Logger("test")
    logger.addHandler(logging.StreamHandler(output))
    logger.handlers[0].setFormatter(Formatter("%(levelname)s %(message)s"))

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

    from channels_lts.logs import setup_logger
    setup_logger("tests.logs")
    assert isinstance(handler.formatter, Formatter)
    assert settings.LOGGING["formatters"]["line"]["()"] == "channels_lts.logs.Formatter"
