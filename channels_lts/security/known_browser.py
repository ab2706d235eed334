"""
A cookie for browsers in which somebody has logged in before: password guessing from elsewhere can't
lock them out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""
from django.core import signing
from django.utils.crypto import get_random_string

from channels_lts.conf import django_settings

COOKIE = "known_browser"
SALT = "channels_lts.security.known_browser"
SECONDS = 180 * 24 * 3600


def remember(response, name_digest):
    """Marks the browser as known for this name, and for no other."""
    response.set_cookie(
        COOKIE, signing.dumps([name_digest, get_random_string(16)], salt=SALT),
        max_age=SECONDS, httponly=True, path=django_settings.SESSION_COOKIE_PATH,
        domain=django_settings.SESSION_COOKIE_DOMAIN, secure=django_settings.SESSION_COOKIE_SECURE)


def identify(request, name_digest):
    """An identifier of this browser among those known for the name; None if it isn't known."""
    try:
        known, number = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return number if known == name_digest else None
