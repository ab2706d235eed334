"""
Middleware that any project can list.
"""
import logging
import math
import threading
from contextlib import contextmanager

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import ugettext_lazy as _

from channels_lts.conf import settings
from channels_lts.ratelimit import RateLimited

from . import known_browser, throttling
from .addresses import client_network
from .refusal_log import RefusalLog

refusals = RefusalLog(logging.getLogger("channels_lts.security"))
OUTAGE = 10  # seconds after which to retry if the attempt couldn't be counted
UNAVAILABLE = _("This isn't possible right now. Try again in %d seconds.")
TOO_MANY = _("Too many attempts. Try again in %d seconds.")


class DefaultHeadersMiddleware:
    """
    List it first: every answer of Django, including errors, gets the headers of RESPONSE_HEADERS
    that it lacks, and is kept out of shared caches unless the view says otherwise.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-cache")
        for name, value in settings.RESPONSE_HEADERS.items():
            response.setdefault(name, value)
        return response


class ThrottleMiddleware:
    """
    List it after AuthenticationMiddleware and CsrfViewMiddleware: answers 429 after too many
    password attempts or sign-ups, and 503 while nothing can be counted. The pages are the project's
    templates 429.html and 503.html, if it has them, with `seconds` and `minutes`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with visits.begin() as visit:
            response = self.get_response(request)
        if visit.tries(throttling.PASSWORD_CHANGE) and response.status_code == 302:
            visit.attempt.take_back()
        if visit.user:
            known_browser.remember(response, throttling.digest(visit.user.get_username()))
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return None
        kind = throttling.kind_of(view, request.resolver_match)
        if not kind:
            return None
        try:
            visits.current.attempt = throttling.Attempt(kind, throttling.buckets(kind, request))
        except RateLimited as error:
            refusals.note("%s too often (CHANNELS_LTS: %s)" % (kind, error.setting),
                          client_network(request.META.get("REMOTE_ADDR") or ""))
            return too_many(request, error.retry_after)
        except throttling.CacheUnavailable as error:
            refusals.note("%s while the cache (CACHES) can't be reached" % kind, str(error))
            return unavailable(request)


class Visit:
    """
    What is known of the request that a thread is handling: the attempt, and who has logged in.
    """
    attempt = user = None

    def tries(self, kind):
        return self.attempt is not None and self.attempt.kind == kind


class Visits(threading.local):
    """The visits of this thread, possibly nested."""

    def __init__(self):
        self.open = []

    @property
    def current(self):
        """The innermost, None if there is none."""
        return self.open[-1] if self.open else None

    @contextmanager
    def begin(self):
        self.open.append(Visit())
        try:
            yield self.current
        finally:
            self.open.pop()


visits = Visits()


@receiver(user_logged_in)
def on_user_logged_in(sender, user, **kwargs):
    visit = visits.current
    if visit is None:  # a project without the middleware, or a login outside of a request
        return
    visit.user = user
    if visit.tries(throttling.LOG_IN):
        visit.attempt.take_back()


def too_many(request, retry_after):
    """The answer to a client that may retry after this many seconds."""
    return come_back(request, 429, TOO_MANY, retry_after)


def unavailable(request):
    return come_back(request, 503, UNAVAILABLE, OUTAGE)


def come_back(request, status, text, retry_after):
    """The project's template, 429.html or 503.html, or a line of text with the seconds."""
    try:
        page = get_template("%d.html" % status).render(
            {"seconds": retry_after, "minutes": math.ceil(retry_after / 60)}, request)
        response = HttpResponse(page, status=status)
    except TemplateDoesNotExist:
        response = HttpResponse("%s\n" % (text % retry_after), "text/plain; charset=utf-8", status)
    response["Retry-After"] = str(retry_after)
    return response
