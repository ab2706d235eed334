"""
The language of who sits behind a socket. Only the handshake tells it; a worker serves one message
after the other, and Django leaves the language of a page active behind it.
"""
from collections import OrderedDict
from types import SimpleNamespace

from django.http.cookie import parse_cookie
from django.utils import translation

from .conf import settings
from .security.handshake import header_values


def told_by(message):
    """
    The language that a handshake or a request asks for, as Django's LocaleMiddleware finds it: by
    the session, the cookie, Accept-Language. The message has its `http_session`.
    """
    cookies = parse_cookie("; ".join(header_values(message, "cookie")))
    code = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    accepted = ",".join(header_values(message, "accept-language"))
    longest = (settings.MAX_HEADER_LENGTHS or {}).get("accept-language", 500)
    return translation.get_language_from_request(SimpleNamespace(
        session=message.http_session, META={"HTTP_ACCEPT_LANGUAGE": accepted[:longest]},
        # Django keeps the last 1000 that it was asked for, of any length.
        COOKIES={settings.LANGUAGE_COOKIE_NAME: code} if code in dict(settings.LANGUAGES) else {}))


class Languages:
    """Those of sockets, in this process: the first one is forgotten first."""
    most = 10000

    def __init__(self):
        self.of = OrderedDict()

    def find(self, message):
        """That of a frame's socket. The cache is asked once, not for each that is refused."""
        name = message.reply_channel.name
        if name not in self.of:
            try:
                self.note(name, message.stored.get("language", settings.LANGUAGE_CODE))
            except Exception:  # the cache is away: who needs more of what it holds will say so
                return settings.LANGUAGE_CODE
        return self.of[name]

    def note(self, name, code):
        self.of[name] = code
        if len(self.of) > self.most:
            self.of.popitem(last=False)

    def forget(self, message):
        self.of.pop(message.reply_channel.name, None)


languages = Languages()
