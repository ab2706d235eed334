"""
Answers not given by a worker.
"""
from http import HTTPStatus

from daphne.http_protocol import WebRequest


class Refusal(Exception):
    """
    An answer instead of the one asked for; the connection ends after it.

    `reason`: for the log, one of a few, naming the setting. `retry_after`: seconds, or None.
    """

    def __init__(self, status, reason, retry_after=None):
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after

    def response(self, headers):
        """The complete response, in bytes. `headers`: additional ones, [(name, value)] in bytes."""
        phrase = HTTPStatus(self.status).phrase
        title = "%d %s" % (self.status, phrase)
        page = (WebRequest.error_template % {"title": title, "body": "Refused."}).encode("ascii")
        lines = [b"HTTP/1.1 %d %b" % (self.status, phrase.encode("ascii"))]
        lines += [b"%b: %b" % header for header in self._headers(page)]
        lines += [b"%b: %b" % header for header in headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + page

    def _headers(self, page):
        yield b"Content-Type", b"text/html; charset=utf-8"
        yield b"Content-Length", b"%d" % len(page)
        yield b"Connection", b"close"
        yield b"Cache-Control", b"no-store"
        if self.retry_after is not None:
            yield b"Retry-After", b"%d" % self.retry_after
