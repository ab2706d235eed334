from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.middleware import locale
from django.utils.deprecation import MiddlewareMixin

POLICY = "; ".join((
    "default-src 'self'",
    "connect-src 'self'{sockets}",
    "img-src 'self' data:",  # the browsable API's icons
    "style-src 'self' 'unsafe-inline'",  # the admin and the browsable API write style attributes
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """A second line of defence behind escaping: only scripts that are files of this site run."""

    def process_response(self, request, response):
        if settings.DEBUG and response.status_code == 500:
            return response  # Django's technical page has scripts of its own
        response.setdefault("Content-Security-Policy", POLICY.format(sockets=sockets(request)))
        return response


def sockets(request):
    """Sources for the site's sockets: in some browsers 'self' doesn't cover them."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    return " ws://{0} wss://{0}".format(host)


class LocaleMiddleware(locale.LocaleMiddleware):
    """Django's, but it ignores a language cookie whose value isn't in LANGUAGES."""

    def process_request(self, request):
        name = settings.LANGUAGE_COOKIE_NAME
        if request.COOKIES.get(name) not in dict(settings.LANGUAGES):
            request.COOKIES.pop(name, None)  # otherwise Django caches the last 1000, of any length
        super().process_request(request)
