"""
Log lines that nobody outside can write.
"""
import logging
import re

from channels import log

# What a terminal, or who reads lines, takes for more than a character: controls (C0, DEL, C1),
# what splits lines (NEL, U+2028, U+2029), and what reverses or hides text (CVE-2021-42574).
UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
                    "\u2060-\u2069\ufeff\ud800-\udfff]")


def escape(text):
    return UNSAFE.sub(lambda found: ascii(found.group())[1:-1], text)


def indented(text):
    """Of several lines none can pass for a record's first."""
    return "\n".join("  " + escape(line) for line in text.split("\n"))


class Formatter(logging.Formatter):
    """
    logging's, with what is unsafe in a message escaped, so that it is one line. Lines of
    tracebacks and stacks, which repeat messages, are indented.
    """

    def formatMessage(self, record):
        record.message = escape(record.message)
        return super().formatMessage(record)

    def formatException(self, error):
        return indented(super().formatException(error))

    def formatStack(self, stack):
        return indented(stack)


def setup_logger(name, verbosity=1):
    """As channels.log.setup_logger, which its commands call; with our formatter."""
    logger = log.setup_logger(name, verbosity)
    log.handler.setFormatter(Formatter(log.handler.formatter._fmt))
    return logger
