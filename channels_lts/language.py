"""
The language of the user behind a socket. Only the handshake tells it; a worker handles messages of
many users in turn, and Django leaves the last page's language active.
"""
from collections import OrderedDict
from types import SimpleNamespace

from django.http.cookie import parse_cookie
from django.utils import translation

from .conf import settings
from .security.handshake import header_values


def told_by(message):
    """
    The language that a handshake or a request asks for, as Django's LocaleMiddleware finds it: from
    the session, the cookie, Accept-Language. The message has its `http_session`.
    """
    cookies = parse_cookie("; ".join(header_values(message, "cookie")))
    code = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    accepted = ",".join(header_values(message, "accept-language"))
    longest = (settings.MAX_HEADER_LENGTHS or {}).get("accept-language", 500)
    return translation.get_language_from_request(SimpleNamespace(
        session=message.http_session, META={"HTTP_ACCEPT_LANGUAGE": accepted[:longest]},
        # Django caches the last 1000 that were requested, of any length.
        COOKIES={settings.LANGUAGE_COOKIE_NAME: code} if code in dict(settings.LANGUAGES) else {}))


class Languages:
    """The languages of sockets, in this process: the oldest entry is dropped first."""
    most = 10000

    def __init__(self):
        self.of = OrderedDict()

    def find(self, message):
        """The language of a frame's socket. Asks the cache once, not for every refused frame."""
        name = message.reply_channel.name
        if name not in self.of:
            try:
                self.note(name, message.stored.get("language", settings.LANGUAGE_CODE))
            except Exception:  # the cache is away: code that needs more from it will report that
                return settings.LANGUAGE_CODE
        return self.of[name]

    def note(self, name, code):
        self.of[name] = code
        if len(self.of) > self.most:
            self.of.popitem(last=False)

    def forget(self, message):
        self.of.pop(message.reply_channel.name, None)


languages = Languages()
