"""
Who makes the changes in a thread: the visitor whose frame or request it is processing.
"""
import threading
from contextlib import contextmanager

_thread = threading.local()


@contextmanager
def acting(find):
    """Inside it, `find()` returns who acts: a user, or None. It is called when a row changes."""
    before = getattr(_thread, "find", None)
    _thread.find = find
    try:
        yield
    finally:
        _thread.find = before


def current():
    """The acting user, as returned by `find`; None if unknown."""
    find = getattr(_thread, "find", None)
    return find() if find else None


class ActorMiddleware:
    """
    Lets the frames for a request's changes name its user, where a binding wants that (see
    Binding.tells_actor). The user is looked up when such a frame is sent, if not before.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting(lambda: getattr(request, "user", None)):
            return self.get_response(request)
