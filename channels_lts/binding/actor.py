"""
Who makes the changes that a thread makes: the visitor whose frame or request it is at work on.
"""
import threading
from contextlib import contextmanager

_thread = threading.local()


@contextmanager
def acting(find):
    """Within it `find()` tells who acts: a user, or None. It is asked when a row is changed."""
    before = getattr(_thread, "find", None)
    _thread.find = find
    try:
        yield
    finally:
        _thread.find = before


def current():
    """The user who acts, as `find` gives them; None where nobody is known."""
    find = getattr(_thread, "find", None)
    return find() if find else None


class ActorMiddleware:
    """
    Has the frames of what a request changes tell of its user, where a binding wants that (see
    Binding.tells_actor). The user is looked up when such a frame is sent, if not before.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting(lambda: getattr(request, "user", None)):
            return self.get_response(request)
