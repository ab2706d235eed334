"""
Log lines that nobody outside can write.
"""
import logging
import re

from channels import log

from .subject import current

# What a terminal, or who reads lines, takes for more than a character: controls (C0, DEL, C1),
# what splits lines (NEL, U+2028, U+2029), and what reverses or hides text (CVE-2021-42574).
UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
                    "\u2060-\u2069\ufeff\ud800-\udfff]")
MOST_CHARACTERS = 2000  # of a message, and of a line of a traceback
MOST_LINES = 400  # of a traceback


def escape(text):
    return UNSAFE.sub(lambda found: ascii(found.group())[1:-1], text)


def cut(text, most=MOST_CHARACTERS):
    """The beginning, and how much there was; escaped, no more than `most` and a few characters."""
    escaped = escape(text[:most])[:most]
    return escaped if len(text) <= len(escaped) else "%s... (%d characters)" % (escaped, len(text))


def indented(text):
    """Of several lines none can pass for a record's first; of very many the middle is left out."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        lines[MOST_LINES // 2:-MOST_LINES // 2] = ["... (%d lines)" % len(lines)]
    return "\n".join("  " + cut(line) for line in lines)


class Formatter(logging.Formatter):
    """
    logging's, with the fields `request_id`, `correlation_id` and `request`, which is both in
    brackets, or nothing (subject.py). What is unsafe in a message is escaped, so that it is one
    line, and cut, for it may hold what a client has sent. Lines of tracebacks and stacks, which
    repeat messages, are cut and indented.
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
    As channels.log.setup_logger, which its commands call; with our formatters. `log_format`:
    LOG_FORMAT.
    """
    logger = log.setup_logger(name, verbosity)
    own = log.handler.formatter._fmt
    log.handler.setFormatter(formatter(
        log_format, fmt=own.replace("%(message)s", "%(request)s%(message)s")))
    return logger


def formatter(log_format, fmt):
    """For the project's LOGGING: a Formatter ("lines"), with `fmt`; or a JSONFormatter ("json")."""
    from .as_json import JSONFormatter  # which cuts as we do
    return JSONFormatter() if log_format == "json" else Formatter(fmt)
