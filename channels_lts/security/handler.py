"""
Django's views behind channels, for requests that may contain anything.

Use it with one line of routing, or with our `runworker`:

    route("http.request", "channels_lts.security.handler.view_consumer")

It answers refused requests itself, before middleware and views: with a line of text, and one log
line per reason and minute. docs/security.md lists the settings.
"""
import functools
import logging
from time import monotonic

from channels import handler, staticfiles
from django.apps import apps
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DataError
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import ugettext as _

from channels_lts.conf import settings
from channels_lts.layers.base import capabilities_of
from channels_lts.layers.metrics import VIEW

from .garbage import garbage
from .refusal_log import RefusalLog
from .request import AsgiRequest

refusals = RefusalLog(logging.getLogger("channels_lts.security"))


class AsgiHandler(handler.AsgiHandler):
    """channels' handler with our request; an error caused by a client's value becomes a 400."""
    request_class = AsgiRequest

    def __call__(self, message):
        garbage.collect_if_due()
        garbage.add(len(message.content.get("body") or b""))
        messages = super().__call__(message)
        try:
            first = next(messages, None)
        except SuspiciousOperation as error:  # by the request's constructor; views raise none here
            yield from self.refuse(error, message)
            return
        if first is not None:
            yield first
            yield from messages

    def refuse(self, error, message):
        response = refusal(getattr(error, "reason", str(error)), getattr(error, "status", 400),
                           message["path"])
        yield from self.encode_response(response)
        response.close()

    def get_response(self, request):
        began = monotonic()
        response = super().get_response(request)
        if request.unavailable is not None:
            response.close()
            response = try_again()
        match = request.resolver_match  # None: a middleware has answered, or there is no such page
        capabilities_of(request.message.channel_layer).metrics.observe(
            VIEW, match.view_name if match else "", "%dxx" % (response.status_code // 100),
            seconds=monotonic() - began)
        return response

    def process_exception_by_middleware(self, exception, request):
        try:
            return super().process_exception_by_middleware(exception, request)
        except (DataError, MultiValueDictKeyError, OverflowError, ValueError,
                ValidationError) as error:
            reason = client_mistake(error)
            if reason is None:
                raise
            return refusal(reason, 400, request.path)

    @classmethod
    def encode_response(cls, response):
        for message in super().encode_response(response):
            if "headers" in message:
                message["headers"] = [(name, with_same_site(value) if name == b"Set-Cookie"
                                       else value) for name, value in message["headers"]]
            yield message


def refusal(reason, status, detail):
    refusals.note(reason, detail)
    response = HttpResponse("Refused: %s.\n" % reason, "text/plain; charset=utf-8", status)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def try_again():
    """Instead of Django's 500, which nobody would retry: a database is away, or a row locked."""
    response = HttpResponse(_("Try again later.") + "\n", "text/plain; charset=utf-8", 503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def client_mistake(error):
    """
    What the client did wrong, or None for a mistake of the server's.

    Django 1.11 leaves it to the database what a number or a text may be. The results: DataError
    (PostgreSQL), OverflowError (SQLite's driver), ValueError for a NUL (PostgreSQL's driver),
    UnicodeEncodeError for half a surrogate pair (both).
    """
    if isinstance(error, MultiValueDictKeyError):  # formsets rely on the client's count
        return "a form without one of its fields"
    if isinstance(error, ValidationError):
        is_formset = getattr(error, "code", None) == "missing_management_form"
        return "a form without its management form" if is_formset else None
    is_unstorable = (
        isinstance(error, DataError)
        or isinstance(error, OverflowError) and "SQLite" in str(error)
        or isinstance(error, UnicodeEncodeError) and "surrogates not allowed" in str(error)
        or "NUL (0x00)" in str(error))
    return "a value that the database can't hold" if is_unstorable else None


def with_same_site(cookie):
    """Python 3.7's cookies don't know SameSite. `cookie`: the header's value, bytes."""
    attributes = [each.strip().lower() for each in cookie.split(b";")[1:]]
    value = settings.COOKIE_SAMESITE
    if not value or any(each.startswith(b"samesite") for each in attributes):
        return cookie
    return cookie + b"; SameSite=" + value.encode("ascii")


class ViewConsumer(handler.ViewConsumer):
    handler_class = AsgiHandler


class StaticFilesHandler(AsgiHandler, staticfiles.StaticFilesHandler):
    pass


class StaticFilesConsumer(ViewConsumer, staticfiles.StaticFilesConsumer):
    """For DEBUG: also serves the static files."""
    handler_class = StaticFilesHandler


def make_consumer():
    """Chosen as by channels' commands: the project's own route comes before theirs."""
    is_serving = settings.DEBUG and apps.is_installed("django.contrib.staticfiles")
    return StaticFilesConsumer() if is_serving else ViewConsumer()


only_consumer = functools.lru_cache(maxsize=1)(make_consumer)


def view_consumer(message):
    """
    Django's views, with DEBUG also the static files. The consumer is created at the first request:
    routing is read before apps are ready.
    """
    only_consumer()(message)
