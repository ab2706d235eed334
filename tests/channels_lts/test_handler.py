"""
Requests that the handler refuses, or makes harmless, before Django looks at them.
"""
import gc
import weakref

import pytest
from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser

from channels_lts.security import handler as handler_module
from channels_lts.security.charsets import is_safe
from channels_lts.security.errors import BadRequest
from channels_lts.security.garbage import Garbage
from channels_lts.security.handler import AsgiHandler, view_consumer
from channels_lts.security.refusal_log import RefusalLog
from channels_lts.security.request import AsgiRequest

from .asking import CSRF, FORM, MULTIPART, Log, ask, header, message, multipart, part

JSON = (b"content-type", b"application/json")


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch):
    monkeypatch.setattr(handler_module, "refusals", RefusalLog(handler_module.refusals.logger))


def request(**kwargs):
    return AsgiRequest(message(**kwargs))


def refused(**kwargs):
    """(status, the setting or the reason) of a refusal, which is one line in the log."""
    with Log() as log:
        answer = ask(**kwargs)
    line, = log.records
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    assert answer["content"].startswith(b"Refused: ")
    return answer["status"], answer["content"].decode("ascii")[9:-2]


@pytest.mark.parametrize("kind", ["mixed", "related", "byteranges"])
def test_bodies_of_parts_that_are_no_forms_are_the_views_affair(kind):
    body = b"--x\r\nContent-Type: text/plain\r\n\r\na part\r\n--x--\r\n"
    asked = request(method="POST", body=body, headers=[
        (b"content-type", b"multipart/%b; boundary=x" % kind.encode("ascii"))])
    assert (asked.body, dict(asked.POST)) == (body, {})


@pytest.mark.parametrize("kind", [b"multipart/form-data", b"Multipart/Form-Data", b"multipart/*"])
def test_what_is_parsed_as_a_form_is_looked_at(kind):
    assert refused(method="POST", body=b"--x\r\n\r\n\r\n--x--\r\n", headers=[
        (b"content-type", kind + b"; boundary=x")]) == (400, "a multipart part without a name")


class CyclesHandler(AsgiHandler):
    """Requests that hold themselves, as REST framework's do."""

    def __init__(self):
        super().__init__()
        self.requests = []

    def get_response(self, request):
        request.itself = request
        self.requests.append(weakref.ref(request))
        return HttpResponse()


def test_what_bodies_leave_in_cycles_goes_with_a_later_request(monkeypatch):
    monkeypatch.setattr(handler_module, "garbage", Garbage())
    handler = CyclesHandler()
    gc.unfreeze()  # as in a process that has just started
    gc.disable()
    try:
        for size in (0, Garbage.most_bytes - 1, 1):
            ask(handler, method="POST", body=b"a" * size)
        assert all(request() is not None for request in handler.requests)
        ask(handler)
        assert gc.get_freeze_count()  # loaded objects aren't scanned again
    finally:
        gc.freeze()
        gc.enable()
    assert [request() for request in handler.requests[:3]] == [None] * 3


def test_middleware_may_set_the_cookies():
    asked = request(headers=[(b"cookie", b"a=1")])
    assert asked.COOKIES == {"a": "1"}
    asked.COOKIES = {"b": "2"}
    assert asked.COOKIES == {"b": "2"}


@pytest.mark.parametrize("status, why, kwargs", [
    (400, "null", dict(path="/\x00")), (400, "null", dict(query=b"a=%00")),
    (400, "null", dict(query=b"%00=a")), (400, "UTF-8", dict(query=b"a=\xff")),
    (400, "null", dict(method="POST", headers=[FORM], body=b"a=%00")),
    (400, "null", dict(method="PUT", headers=[FORM], body=b"a=%00")),
    (400, "null", dict(method="POST", headers=[MULTIPART], body=multipart(part(b"\x00")))),
    (400, "null", dict(method="POST", headers=[MULTIPART], body=multipart(
        part(b"AAAA", headers=[b"Content-Transfer-Encoding: base64"])))),
    (431, "MAX_HEADER_LENGTHS", dict(headers=[(b"cookie", b"a" * 8193)])),
    (431, "MAX_HEADER_LENGTHS", dict(headers=[(b"cookie", b"a" * 5000)] * 2)),
    (431, "MAX_HEADER_LENGTHS", dict(headers=[(b"content-type", b"a" * 513)])),
    (400, "ASCII", dict(headers=[(b"content-type", b"multipart/form-data; boundary=\xff")])),
    (400, "second", dict(headers=[(b"host", b"evil.example")])),
    (400, "second", dict(headers=[FORM, JSON])),
    (400, "Content-Length", dict(headers=[(b"content-length", b"+1")])),
    (400, "Content-Length", dict(headers=[(b"content-length", b"1_0")])),
    (400, "Content-Length", dict(headers=[(b"content-length", b"-1")])),
    (400, "Content-Length", dict(headers=[(b"content-length", b"9" * 400)])),
    (413, "DATA_UPLOAD_MAX_MEMORY_SIZE",
     dict(method="POST", headers=[FORM], body=b"a" * 2621441)),
    (413, "DATA_UPLOAD_MAX_MEMORY_SIZE", dict(method="PUT", headers=[JSON], body=b" " * 2621441)),
    (400, "MAX_NUMBER_FIELDS", dict(query=b"a&" * 1001)),
    (400, "MAX_NUMBER_FIELDS", dict(method="POST", headers=[FORM], body=b"a=1;" * 1001)),
    (413, "MAX_FIELD_LENGTHS",
     dict(method="POST", headers=[FORM], body=b"username=" + b"a" * 255)),
    (413, "MAX_FIELD_LENGTHS", dict(
        method="POST", headers=[MULTIPART], body=multipart(part(b"a" * 4097, b"password1")))),
    (400, "MAX_FIELD_NAME_LENGTH", dict(method="POST", headers=[FORM], body=b"a" * 201)),
    (400, "MAX_FIELD_NAME_LENGTH", dict(
        method="POST", headers=[MULTIPART], body=multipart(part(b"x", b"a" * 201)))),
    (400, "MAX_SEARCH_LENGTH", dict(query=b"search=" + b"a" * 201)),
    (400, "MAX_SEARCH_WORDS", dict(query=b"q=" + b"a+" * 11)),
    (400, "MAX_SEARCH_WORDS", dict(query=b"search=" + b"a," * 11)),
])
def test_a_request_is_refused_with_one_line_that_says_why(status, why, kwargs):
    found, reason = refused(**kwargs)
    assert found == status and why in reason


@pytest.mark.parametrize("path", ["/links/api/links/", "/accounts/login/", "/nowhere"])
@pytest.mark.parametrize("body", [b'{"url": "%b"}', b' [{"url": "%b", "a=b&c": 1}]'])
def test_json_that_is_sent_as_a_form_is_told_of_its_content_type(path, body):
    status, reason = refused(method="POST", path=path, headers=[FORM], body=body % (b"x" * 200))
    assert status == 400
    assert reason.endswith("(was JSON sent without Content-Type: application/json?)")


@pytest.mark.parametrize("most, status", [(201, 403), (None, 403), (200, 400)])
def test_names_of_fields_may_be_as_long_as_the_project_says(settings, most, status):
    settings.CHANNELS_LTS = {"MAX_FIELD_NAME_LENGTH": most}
    assert ask(method="POST", headers=[FORM], body=b"a" * 201)["status"] == status


@pytest.mark.parametrize("charset, is_taken", [
    ("utf-8", True), ("UTF8", True), ("iso-8859-15", True), ("windows-1252", True),
    ("shift_jis", True), ("utf-7", False), ("utf-16", False), ("idna", False), ("punycode", False),
    ("base64", False), ("zip", False), ("rot13", False), ("unicode_escape", False),
    ("raw_unicode_escape", False), ("undefined", False), ("hz", False), ("iso2022_jp", False),
    (" utf-7", False), ("nonsense", False), ("", False)])
def test_a_body_comes_in_a_charset_in_which_ascii_is_ascii(charset, is_taken):
    kind = b"application/x-www-form-urlencoded; charset=\"%s\"" % charset.encode("ascii")
    kwargs = dict(method="POST", headers=[(b"content-type", kind)], body=b"a=b")
    assert is_safe(charset) is is_taken
    if is_taken:
        assert request(**kwargs).POST["a"] == "b"
    else:
        assert refused(**kwargs)[0] == 400


def test_what_a_client_would_like_is_cut_and_what_is_not_ascii_is_left_out():
    meta = request(headers=[
        (b"accept-language", b"en, " * 4000), (b"accept", b"\xff"),
        (b"accept-encoding", b"gzip,\x00,br"), (b"accept-charset", b"x" * 1000)]).META
    assert len(meta["HTTP_ACCEPT_LANGUAGE"]) <= 500
    assert meta["HTTP_ACCEPT_LANGUAGE"].startswith("en, en")
    assert (meta["HTTP_ACCEPT"], meta["HTTP_ACCEPT_ENCODING"], meta["HTTP_ACCEPT_CHARSET"]) == (
        "", "gzip,br", "")


def test_several_cookie_headers_are_one_and_cookies_with_control_characters_none():
    cookies = request(headers=[
        (b"cookie", b"a=1; sessionid=\x00"), (b"cookie", b'b=2; c="\\000x"; d=\xe9')]).COOKIES
    assert cookies == {"a": "1", "b": "2", "d": "\xe9"}
    assert request(headers=[(b"x-a", b"1"), (b"x-a", b"2")]).META["HTTP_X_A"] == "1,2"


def test_a_referer_that_urlsplit_can_not_read_is_left_out():
    meta = request(headers=[(b"referer", b"https://[")]).META
    assert "HTTP_REFERER" not in meta


def test_a_body_that_came_in_chunks_is_parsed_as_any():
    kwargs = dict(method="POST", headers=[MULTIPART], body=multipart(part(b"x")),
                  content_length=False)
    assert request(**kwargs).POST["a"] == "x"


def test_a_large_body_of_another_type_is_read_as_a_stream_only(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2
    found = request(method="PUT", headers=[(b"content-type", b"image/png")], body=b"png")
    assert found.read() == b"png"
    with pytest.raises(BadRequest):
        found.body


def test_the_parser_of_rest_framework_reads_what_has_passed():
    """It is Django's on the same stream; what doesn't pass never gets there."""
    found = request(method="PUT", headers=[MULTIPART],
                    body=multipart(part(b"x"), part(b"y", b"f", file_name=b"f")))
    parsed = MultiPartParser().parse(
        found, found.META["CONTENT_TYPE"], {"request": found})
    assert (parsed.data["a"], parsed.files["f"].read()) == ("x", b"y")
    body = multipart(part(b"A", file_name=b"f", headers=[b"Content-Transfer-Encoding: base64"]))
    for method in ("POST", "PUT", "PATCH", "GET"):
        for path in ("/links/api/links/", "/accounts/login/", "/nowhere"):
            assert refused(method=method, path=path, headers=[MULTIPART], body=body)[0] == 400
            handler_module.refusals.told_at.clear()


@pytest.mark.parametrize("setting, cookie, found", [
    ("Lax", {}, "Lax"), ("Strict", {}, "Strict"), ("", {}, None)])
def test_cookies_say_which_sites_may_send_them(settings, setting, cookie, found):
    settings.CHANNELS_LTS = {"COOKIE_SAMESITE": setting}
    response = HttpResponse()
    response.set_cookie("a", "samesite")
    value, = header(next(AsgiHandler.encode_response(response)), b"Set-Cookie")
    assert value.endswith("; SameSite=%s" % found) if found else "SameSite" not in value


def test_a_cookie_that_says_is_left_alone():
    value = b"a=b; Path=/; samesite=None; Secure"
    assert handler_module.with_same_site(value) == value


@pytest.mark.django_db
def test_the_api_says_that_its_root_takes_nothing():
    answer = ask(method="POST", path="/links/api/", headers=[JSON], body=b"{}")
    assert answer["status"] == 405


@pytest.mark.parametrize("path, method, query, body", [
    ("/admin/links/link/add/", "POST", b"", b"name=x"),  # no management form
    ("/admin/links/link/", "POST", b"", b"_save=1&form-TOTAL_FORMS=9&form-INITIAL_FORMS=9"),
    ("/admin/links/link/", "POST", b"", b"action=delete_selected&_selected_action=x"),
    ("/admin/auth/user/", "POST", b"", b"action=delete_selected&_selected_action=1&"
                                       b"_selected_action=1e400"),
    ("/admin/auth/user/1/change/", "GET", b"_to_field=", b""),
    ("/admin/links/link/add/", "GET", b"url=http://[", b""),
    ("/admin/links/link/", "GET", b"user__id__exact=" + b"9" * 30, b""),
    ("/admin/links/link/%s/change/" % ("9" * 30), "GET", b"", b"")])
def test_a_mistake_in_the_admin_is_no_error_of_the_server(
        client, admin, path, method, query, body):
    client.force_login(admin)
    cookie = b"sessionid=" + client.session.session_key.encode("ascii")
    with Log() as log:
        answer = ask(path=path, method=method, query=query, body=body,
                     headers=[(b"cookie", cookie), FORM] + CSRF)
    assert answer["status"] < 500 and answer["status"] != 403 and log.tracebacks == []


@pytest.fixture
def status_of(channel_layer):
    """The status that the consumer of a foreign project answers a path with."""
    def consume(path):
        asked = message(path=path)
        asked.channel_layer = channel_layer
        asked.reply_channel.channel_layer = channel_layer
        view_consumer(asked)
        return channel_layer.receive(["daphne.response.x!"])[1]["status"]
    handler_module.only_consumer.cache_clear()
    yield consume
    handler_module.only_consumer.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("debug, status", [(True, 200), (False, 404)])
def test_the_consumer_of_a_foreign_project_has_static_files_in_debug(
        status_of, settings, debug, status):
    settings.DEBUG = debug
    settings.MIDDLEWARE = []  # no Whitenoise
    assert status_of("/\x00") == 400
    assert status_of("/static/admin/css/base.css") == status
