from django.contrib import auth
from django.utils.deprecation import MiddlewareMixin

from .models import Login

SESSION_KEY = "display_login"


class FollowLoginMiddleware(MiddlewareMixin):
    """
    Keeps a Login with its session when Django gives that a new key (after a password change). The
    session itself remembers its Login's key.
    """

    def process_response(self, request, response):
        if hasattr(request, "user") and request.session.modified:
            follow(request.session)
        return response


def follow(session):
    known = session.get(SESSION_KEY)
    if auth.SESSION_KEY in session and known != session.session_key:
        Login.objects.filter(session_key=known).update(session_key=session.session_key)
        session[SESSION_KEY] = session.session_key
