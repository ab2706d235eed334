"""
A request whose parts can be used without worrying about who sent it.
"""
import re

from channels import handler
from django.http import QueryDict, parse_cookie
from django.utils.functional import cached_property

from channels_lts.conf import settings

from . import fields, headers, multipart
from .errors import BadRequest

CONTROL = re.compile("[\x00-\x1f\x7f]")
# What Django parses, and REST framework treats as a form. Others (multipart/mixed) aren't forms:
# their parts have no names.
FORM_DATA = ("multipart/form-data", "multipart/*")
# Types that views read as a whole, and parse. Others may be files: for DRF's FileUploadParser, say.
PARSED = re.compile(r"application/(x-www-form-urlencoded|(.*\+)?(json|xml))\Z")


class AsgiRequest(handler.AsgiRequest):
    """
    channels' request, checked: its constructor raises BadRequest.

    As with Django's own server a body counts against DATA_UPLOAD_MAX_MEMORY_SIZE (channels never
    checks it), and Content-Length is the body's length, even if it was chunked.

    `unavailable`: why the views and the middleware couldn't answer (see outages.kind_of).
    """
    unavailable = None

    def __init__(self, message):
        query = check_line(message)
        message.content["headers"] = headers.clean(message.get("headers", []))
        super().__init__(message)
        self.GET = query
        self.META["CONTENT_LENGTH"] = str(len(self._body)) if self._body else ""
        self.check_body()

    def close(self):
        """
        Releases the body, once the answer has been made. A request and its lazy user refer to each
        other, so both wait for the cycle collector, which counts objects and not bytes.
        """
        super().close()
        self._stream.close()
        self._body = self.message.content["body"] = b""

    def check_body(self):
        kind = self.content_type.lower()
        if kind in FORM_DATA:
            parts = multipart.scan(self._body, self.META["CONTENT_TYPE"], self.charset)
            fields.check_form((part.name, part.value) for part in parts if not part.is_file)
        elif PARSED.match(kind):
            self.check_size()
            if kind == "application/x-www-form-urlencoded":
                fields.check_form(pairs_of(QueryDict(self._body, encoding=self.encoding)))

    @property
    def body(self):
        self.check_size()
        return self._body

    @property
    def charset(self):
        return self.encoding or settings.DEFAULT_CHARSET

    def check_size(self):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if most is not None and len(self._body) > most:
            raise BadRequest("a body larger than DATA_UPLOAD_MAX_MEMORY_SIZE", 413)

    @cached_property
    def COOKIES(self):
        """
        Leaves out cookies with a quoted \\000 or the like: as a session key it makes PostgreSQL's
        driver raise.
        """
        found = parse_cookie(self.META.get("HTTP_COOKIE", ""))
        return {name: value for name, value in found.items()
                if not CONTROL.search(name + value)}


def pairs_of(form):
    return [(name, value) for name, values in form.lists() for value in values]


def check_line(message):
    """The QueryDict of a request's query string, checked before its body is waited for."""
    query_string = message.get("query_string", b"")
    if isinstance(query_string, bytes):
        try:
            query_string = query_string.decode("utf8")
        except UnicodeDecodeError:
            raise BadRequest("a query string that isn't UTF-8")
    fields.check_text(message["path"], query_string)
    if "%00" in query_string:
        raise BadRequest("a null character")
    query = QueryDict(query_string)
    fields.check_query(query)
    return query
