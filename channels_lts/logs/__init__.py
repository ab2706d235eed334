"""
Log lines that outsiders can't forge.
"""
import logging
import re

from channels import log

from .subject import current

# What terminals and log parsers treat specially: controls (C0, DEL, C1), line separators (NEL,
# U+2028, U+2029), and characters that reverse or hide text (CVE-2021-42574).
UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
                    "\u2060-\u2069\ufeff\ud800-\udfff]")
MOST_CHARACTERS = 2000  # of a message, and of a line of a traceback
MOST_LINES = 400  # of a traceback


def escape(text):
    return UNSAFE.sub(lambda found: ascii(found.group())[1:-1], text)


def cut(text, most=MOST_CHARACTERS):
    """The beginning, and the total length; escaped, not much longer than `most`."""
    escaped = escape(text[:most])[:most]
    return escaped if len(text) <= len(escaped) else "%s... (%d characters)" % (escaped, len(text))


def indented(text):
    """
    Indents continuation lines, so that none looks like a new record; cuts very long texts in the
    middle.
    """
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        lines[MOST_LINES // 2:-MOST_LINES // 2] = ["... (%d lines)" % len(lines)]
    return "\n".join("  " + cut(line) for line in lines)


class Formatter(logging.Formatter):
    """
    logging's, with the fields `request_id`, `correlation_id` and `request`, which is both in
    brackets, or nothing (subject.py). Unsafe characters in a message are escaped, so that it is one
    line, and it is cut, since it may contain what a client has sent. Lines of tracebacks and
    stacks, which repeat messages, are cut and indented.
    """

    def formatMessage(self, record):
        record.message = cut(record.message)
        ids = current()
        record.request_id, record.correlation_id = ids.request or "-", ids.correlation or "-"
        record.request = "".join("[%s] " % each for each in ids if each)
        return super().formatMessage(record)

    def formatException(self, error):
        return indented(super().formatException(error))

    def formatStack(self, stack):
        return indented(stack)


def setup_logger(name, verbosity=1, log_format="lines"):
    """
    Like channels.log.setup_logger, which its commands call, but with our formatters. `log_format`:
    LOG_FORMAT.
    """
    logger = log.setup_logger(name, verbosity)
    own = log.handler.formatter._fmt
    log.handler.setFormatter(formatter(
        log_format, fmt=own.replace("%(message)s", "%(request)s%(message)s")))
    return logger


def formatter(log_format, fmt):
    """For the project's LOGGING: a Formatter ("lines"), with `fmt`; or a JSONFormatter ("json")."""
    from .as_json import JSONFormatter  # cuts as we do
    return JSONFormatter() if log_format == "json" else Formatter(fmt)
