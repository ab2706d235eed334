from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import is_safe_url
from django.utils.translation import LANGUAGE_SESSION_KEY
from django.views.decorators.http import require_POST


@require_POST
def set_language(request):
    """
    Django's view, but with the language in the cookie: a session would cost a row for each visitor.
    """
    response = HttpResponseRedirect(way_back(request))
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH, domain=settings.LANGUAGE_COOKIE_DOMAIN)
        request.session.pop(LANGUAGE_SESSION_KEY, None)  # from Django's view; it would win
    return response


def way_back(request):
    """The form's page, if it is on this site."""
    for address in (request.POST.get("next"), request.META.get("HTTP_REFERER")):
        if address and len(address) <= 2000 and is_safe_url(
                address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
            return address
    return "/"
