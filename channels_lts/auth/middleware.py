from django.contrib.auth import SESSION_KEY

from channels_lts.conf import settings
from channels_lts.sessions import is_session_key

from .endings import pending


class SocketSessionMiddleware:
    """
    At the end of a request, closes the sockets of what the request has ended. List it before
    Django's SessionMiddleware, so that a new session is stored by then.

    Changing a password first saves the account, which ends all of its sessions, and then creates a
    new session key. Only here is it known that the person's own sockets should reconnect.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with pending.collect() as collected:
            response = self.get_response(request)
            collected.renewed = renewed_key(request)
            return response


def renewed_key(request):
    """The session key that the request came with, if its user continues with another one."""
    before = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = getattr(request, "session", None)
    if session is None or not is_session_key(before) or session.session_key == before:
        return None
    return before if session.get(SESSION_KEY) else None
