"""
Whatever a client sends, the site's pages answer without a server error.
"""
import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_lts.security.handler import AsgiHandler

from .asking import BOUNDARY, CSRF, FORM, MULTIPART, Log, ask, multipart, part

PATHS = st.sampled_from([
    "/", "/links/", "/links/api/", "/links/api/links/", "/links/api/users/", "/links/api/tags/1/",
    "/links/api/links/99999999999999999999999/", "/chat/", "/chat/lobby/", "/primer/", "/healthz",
    "/accounts/login/", "/accounts/signup/", "/accounts/logout/", "/i18n/setlang/", "/admin/",
    "/admin/login/", "/admin/links/link/", "/admin/links/link/add/", "/admin/links/link/1/change/",
    "/admin/links/link/99999999999999999999999/change/", "/admin/chat/message/",
    "/admin/primer/integervalue/", "/admin/auth/user/", "/admin/auth/user/add/",
    "/admin/auth/user/1/password/", "/admin/password_change/", "/admin/jsi18n/",
    "/admin/links/tag/x_00/history/", "/admin/r/1/99999999999999999999999/",
]) | st.text(max_size=30).map(lambda text: "/" + text)
NAMES = st.sampled_from([
    "q", "search", "page", "page_size", "ordering", "format", "user", "tags", "id", "p", "o", "e",
    "all", "user__id__exact", "timestamp__gte", "timestamp__year", "name__in", "pending__exact",
    "next", "language", "username", "password", "password1", "password2", "name", "url", "value",
    "description", "action", "_selected_action", "_popup", "_to_field", "_changelist_filters",
    "linktag_set-TOTAL_FORMS", "linktag_set-INITIAL_FORMS", "linktag_set-0-id", "form-0-id",
    "form-TOTAL_FORMS", "form-INITIAL_FORMS", "usable_password", "date_joined_0", "groups",
    "csrfmiddlewaretoken", "_save", "_continue", "_method", "_content", "_content_type"])
VALUES = st.sampled_from([
    "", "1", "-1", "0", "99999999999999999999", "9" * 400, "1e999", "nan", "null", "true", "[",
    "//evil.example", "http://[", "http://a@\u2100/", "\x00", "a\x00b", "\ufffe", "\U0010ffff",
    "a\r\nb: c", "%0d%0a", "x" * 3000, "e\u0301" * 400, "a " * 50, "json", "api", "html", "../..",
    "2001-01-01", "0000-00-00", "99999-01-01", "delete_selected", "close", ".", "-", "1.2.-3", "es",
]) | st.text(max_size=20)
PAIRS = st.lists(st.tuples(NAMES | st.text(max_size=5), VALUES), max_size=5)


def encode(pairs):
    return urlencode(pairs, errors="surrogatepass").encode("ascii")


QUERIES = PAIRS.map(encode) | PAIRS.map(encode) | st.binary(max_size=20)
HEADERS = st.lists(st.tuples(
    st.sampled_from([b"accept", b"accept-language", b"accept-encoding", b"content-type", b"cookie",
                     b"host", b"referer", b"origin", b"if-none-match", b"if-modified-since",
                     b"range", b"content-length", b"x-requested-with", b"authorization",
                     b"x-forwarded-for", b"x-http-method-override", b"x-csrftoken",
                     b"content-disposition", b"content-encoding", b"transfer-encoding", b"expect"]),
    st.sampled_from([
        b"\xff", b"", b"*/*", b"text/html", b"application/json", b"text/html; indent=" + b"9" * 300,
        b"application/json; charset=utf-7", b"a/b; q=nan", b";", b",", b'"', b"sessionid=\x00",
        b'sessionid="\\000"; csrftoken=a', b"django_language=\x85", b"messages=x$[]",
        b"messages=\xff", b"sessionid=" + b"a" * 200, b"https://[", b"http://testserver:99999",
        b"Wed, 99 Xxx 9999 99:99:99 GMT", b"Wed, 21 Oct 99999 07:28:00 GMT", b"W/\"\xff\"", b"es",
        b"Sat, 01 Jan 0000 00:00:00 GMT", b"bytes=0-,5-2", b"zh-hant-" * 40, b"-1", b"1_0",
        b"Basic \xff", b"Basic YTpi", b"Basic " + b"AA" * 100, b"Token x", b"PUT", b"\r\n x: y",
        b"multipart/form-data; boundary=" + BOUNDARY, b"application/x-www-form-urlencoded"])
    | st.binary(max_size=12)), max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6)


def as_json(content):
    return (b"content-type", b"application/json"), json.dumps(content).encode("utf8")


def as_multipart(pairs):
    return MULTIPART, multipart(*(
        part(value.encode("utf8", "replace"), name.encode("utf8", "replace"))
        for name, value in pairs))


BODIES = st.one_of(
    st.just((None, b"")),
    PAIRS.map(lambda pairs: (FORM, encode(pairs))),
    st.binary(max_size=40).map(lambda body: (FORM, body)),
    PAIRS.map(as_multipart),
    st.binary(max_size=40).map(lambda body: (MULTIPART, body)),
    JSON.map(as_json),
    st.sampled_from([b"[" * 100000, b'{"user": %s}' % (b"9" * 2000), b"\xff", b'"\\ud800"',
                     b'{"name": "\\ud800", "url": "\\u0000"}', b'{"user": 1e400}']).map(
        lambda body: ((b"content-type", b"application/json"), body)))
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE",
                           "X\u00e9"])


@pytest.fixture
def handler(transactional_db):  # what a database refuses ends no transaction of the test's
    return AsgiHandler()


def check(handler, session, path, method, query, headers, body):
    kind, content = body
    cookie = [(b"cookie", b"sessionid=" + session)] if session else []
    with Log() as log:
        answer = ask(handler, path=path, method=method, query=query, body=content,
                     headers=CSRF + cookie + list(headers) + ([kind] if kind else []))
    assert answer["status"] < 500
    assert log.tracebacks == []


ANYTHING = dict(path=PATHS, method=METHODS, query=QUERIES, headers=HEADERS, body=BODIES)
FUZZED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZED
@given(**ANYTHING)
def test_nothing_that_anybody_sends_is_a_server_error(handler, **request):
    check(handler, b"", **request)


@FUZZED
@given(**ANYTHING)
def test_nothing_that_a_member_of_the_staff_sends_is_a_server_error(
        handler, client, admin, **request):
    client.force_login(admin)
    check(handler, client.session.session_key.encode("ascii"), **request)
