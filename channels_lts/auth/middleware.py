from django.contrib.auth import SESSION_KEY

from channels_lts.conf import settings
from channels_lts.sessions import is_session_key

from .endings import pending


class SocketSessionMiddleware:
    """
    Closes the sockets of what a request has ended, at its end. To be listed before Django's
    SessionMiddleware, so that a new session is stored by then.

    Who changes a password saves the account first, which ends all of its sessions, and gets a new
    session key then. Only here is it known that the person's own sockets are to come back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with pending.collect() as collected:
            response = self.get_response(request)
            collected.renewed = renewed_key(request)
            return response


def renewed_key(request):
    """The session key that the request came with, if its user goes on with another one."""
    before = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = getattr(request, "session", None)
    if session is None or not is_session_key(before) or session.session_key == before:
        return None
    return before if session.get(SESSION_KEY) else None
