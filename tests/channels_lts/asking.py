"""
Requests to the handler, as daphne's messages.
"""
import logging

from channels.message import Message
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from channels_lts.security.handler import AsgiHandler

BOUNDARY = b"----boundary42"
MULTIPART = (b"content-type", b"multipart/form-data; boundary=" + BOUNDARY)
FORM = (b"content-type", b"application/x-www-form-urlencoded")
CSRF = [(b"cookie", b"csrftoken=" + b"a" * 64), (b"x-csrftoken", b"a" * 64)]  # as a page has it
HOST = (b"host", b"testserver")


def message(path="/", method="GET", query=b"", headers=(), body=b"", content_length=True):
    headers = [HOST] + list(headers)
    if body and content_length:
        headers.append((b"content-length", str(len(body)).encode("ascii")))
    return Message({"path": path, "method": method, "query_string": query, "headers": headers,
                    "body": body, "client": ["192.0.2.1", 4000], "root_path": "",
                    "reply_channel": "daphne.response.x!y"}, "http.request", None)


def ask(handler=None, **kwargs):
    """The first message of the handler's answer: `status`, `headers`, `content`."""
    for signal in (request_started, request_finished):  # as Django's test client does
        signal.disconnect(close_old_connections)
    try:
        return list((handler or AsgiHandler())(message(**kwargs)))[0]
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def header(answer, name):
    return [value.decode("latin1") for key, value in answer["headers"] if key == name]


def part(content=b"", name=b"a", headers=(), file_name=None):
    disposition = b'Content-Disposition: form-data; name="%s"' % name
    if file_name is not None:
        disposition += b'; filename="%s"' % file_name
    return b"\r\n".join([b"--" + BOUNDARY, disposition, *headers, b"", content, b""])


def multipart(*parts):
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


class Log(logging.Handler):
    """What Django and channels log, wherever it propagates to."""
    loggers = [logging.getLogger(name) for name in ("django", "django.channels", "channels_lts")]

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        if record not in self.records:
            self.records.append(record)

    def __enter__(self):
        for logger in self.loggers:
            logger.addHandler(self)
        return self

    def __exit__(self, *exception):
        for logger in self.loggers:
            logger.removeHandler(self)

    @property
    def tracebacks(self):
        return [record for record in self.records if record.exc_info]
