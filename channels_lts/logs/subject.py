"""
What a log line is about: the request or the socket being handled.
"""
import contextlib
from collections import namedtuple
from contextvars import ContextVar

# `request`: id of a request or socket, the same in daphne and in all workers; `correlation`: the
# name a proxy gave the request. "" if there is none.
Ids = namedtuple("Ids", "request correlation")
NOBODY = Ids("", "")

_ids = ContextVar("channels_lts_subject", default=lambda: NOBODY)


@contextlib.contextmanager
def about(ids):
    """`ids()` is called for each line logged within it, in this thread; returns Ids."""
    token = _ids.set(ids)
    try:
        yield
    finally:
        _ids.reset(token)


def current():
    return _ids.get()()
