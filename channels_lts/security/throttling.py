"""
How often somebody may try a password, or sign up.

An attempt is counted before any password is checked, so that many at once can't get through, and
taken back if it was right.
"""
import logging
from collections import namedtuple

from django.contrib.auth import get_user_model, views
from django.utils.crypto import salted_hmac

from channels_lts import ratelimit
from channels_lts.conf import settings

from . import known_browser
from .addresses import client_network
from .names import normalized

logger = logging.getLogger("channels_lts.security")

LOG_IN, PASSWORD_CHANGE, SIGN_UP = "log in", "password change", "sign up"
OF_DJANGO = {
    views.LoginView: LOG_IN, "login": LOG_IN,
    views.PasswordChangeView: PASSWORD_CHANGE, "password_change": PASSWORD_CHANGE,
}

# `setting`: the name of (most, seconds).
Bucket = namedtuple("Bucket", "key setting")


class CacheUnavailable(Exception):
    """The attempt can't be counted."""


class Attempt:
    """
    One attempt; raises RateLimited, with `setting` as the name of the limit, and CacheUnavailable:
    somebody who can't be counted isn't let in.
    """

    def __init__(self, kind, buckets):
        self.kind, self.keys = kind, []
        for key, setting in buckets:
            limit = getattr(settings, setting)
            if limit is not None:
                self.count(key, setting, *limit)

    def count(self, key, setting, most, seconds):
        try:
            self.keys.append(ratelimit.consume(key, most, seconds))
        except ratelimit.RateLimited as error:
            error.setting = setting
            self.take_back()
            raise
        except Exception as error:  # each backend has its own
            self.keys.clear()
            raise CacheUnavailable(repr(error)) from error

    def take_back(self):
        """If the cache is away at that moment, the attempt counts as a failed one."""
        try:
            while self.keys:
                ratelimit.release(self.keys.pop())
        except Exception as error:
            logger.warning("A correct password can't be taken out of the count: %r", error)


def kind_of(view, match):
    """What a POST to this view attempts: LOG_IN, PASSWORD_CHANGE, SIGN_UP, or None."""
    for kind, names in ((LOG_IN, settings.LOGIN_VIEWS), (SIGN_UP, settings.SIGN_UP_VIEWS)):
        if match.view_name in names:
            return kind
    if "admin" in match.app_names:
        return OF_DJANGO.get(match.url_name)
    if hasattr(view, "view_class"):
        classes = view.view_class.__mro__
        return next((OF_DJANGO[each] for each in classes if each in OF_DJANGO), None)
    # Django's own function views, as long as it has them.
    return OF_DJANGO.get(view.__name__) if view.__module__ == views.__name__ else None


def buckets(kind, request):
    """The counters for such an attempt."""
    if kind == PASSWORD_CHANGE:
        user = request.user
        return [Bucket("password:%s" % user.pk, "LOGIN_FAILURES")] if user.is_authenticated else []
    name = name_in(request)
    if kind == SIGN_UP:
        return of_address("signup", "SIGN_UPS", request) + of_name("signup", name)
    browser = known_browser.identify(request, digest(name))
    if browser is not None:
        return [Bucket("login:browser:" + browser, "LOGIN_FAILURES")]
    return of_address("login", "LOGIN_FAILURES_PER_ADDRESS", request) + of_name("login", name)


def of_address(what, setting, request):
    """Empty if the address is unknown, as behind a Unix socket: everybody would be one client."""
    address = client_network(request.META.get("REMOTE_ADDR") or "")
    return [Bucket("%s:address:%s" % (what, digest(address)), setting)] if address else []


def of_name(what, name):
    """Empty if no name is given: all forms without one would be one person's."""
    return [Bucket("%s:name:%s" % (what, digest(name)), "LOGIN_FAILURES")] if name else []


def name_in(request):
    """The name in a form, as forms read it: without surrounding white space."""
    form = request.POST
    return (form.get("username") or form.get(get_user_model().USERNAME_FIELD) or "").strip()


def digest(text):
    """Digest of a name, as names are compared. So cache keys reveal no names, and are short."""
    return salted_hmac("channels_lts.security.throttling", normalized(text)).hexdigest()
