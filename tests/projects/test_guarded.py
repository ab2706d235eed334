"""The guards in a project that knows the engine by three lines: settings, routing, asgi."""
import contextlib
import socket

import pytest
import requests

from tests.channels_lts.security.daphne.raw import resident_bytes
from tests.live.sockets import LiveSocket
from tests.projects.project import running

from ..support.waiting import wait_for

GUARDED = {"settings": "settings_guarded", "asgi": "asgi_guarded"}
KINDS = {
    "stock": {},
    "guarded": GUARDED,
    "switched off": dict(GUARDED, settings="settings_switched_off"),
}
MAX_BODY, SOCKET_BURST = 2 ** 20, 2 ** 19  # of settings_guarded
PAGES = 30  # in a measurement: a page takes less than the clock's tick
BOUNDARY = "frontier"


@pytest.fixture(scope="module")
def started(tmp_path_factory, redis_url):
    """Starts a project of a kind, or returns the one that runs."""
    projects = {}
    with contextlib.ExitStack() as stack:
        def start(kind):
            if kind not in projects:
                folder = tmp_path_factory.mktemp("project")
                projects[kind] = stack.enter_context(
                    running("guarded", folder, redis_url, **KINDS[kind]))
                projects[kind].add_account("alice", "wonderland")
            return projects[kind]
        yield start


@pytest.fixture
def guarded(started):
    """The guarded project, of which each test leaves daphne and the worker alive."""
    project = started("guarded")
    yield project
    assert project.answers()
    assert project.worker.child.poll() is None and project.daphne.child.poll() is None


class Visitor(object):
    def __init__(self, project):
        self.url = project.url
        self.session = requests.Session()

    def get(self, path, **options):
        return self.session.get(self.url + path, timeout=20, **options)

    def post(self, path, data, **options):
        """As the form at `path` would; `data` as requests takes it."""
        self.get(path)
        options.setdefault("headers", {})["X-CSRFToken"] = self.session.cookies["csrftoken"]
        return self.session.post(self.url + path, data, timeout=20, allow_redirects=False,
                                 **options)

    def upload(self, *parts):
        """A multipart body of (headers, content)."""
        body = "".join("--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY, headers, content)
                       for headers, content in parts)
        return self.post("/upload/", (body + "--%s--\r\n" % BOUNDARY).encode(), headers={
            "Content-Type": "multipart/form-data; boundary=" + BOUNDARY})


def field(name, content):
    return 'Content-Disposition: form-data; name="%s"' % name, content


def photo(content, *headers):
    return "\r\n".join((
        'Content-Disposition: form-data; name="photo"; filename="photo.png"',
        "Content-Type: image/png") + headers), content


def status_of(project, request):
    """The status of the answer to raw bytes, which may come before all of them are there."""
    with socket.create_connection(("127.0.0.1", project.port), timeout=20) as connection:
        connection.sendall(request)
        return int(connection.makefile("rb").readline().split()[1])


def head(project, line, *headers):
    return "\r\n".join((line, "Host: 127.0.0.1:%d" % project.port) + headers + ("", "")).encode()


def cpu_of_pages(project, **headers):
    before = project.cpu_seconds()
    for _ in range(PAGES):
        assert Visitor(project).get("/", headers=headers).status_code == 200
    return project.cpu_seconds() - before


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_the_same_with_and_without_guards(started, kind):
    visitor = Visitor(started(kind))
    assert "Hello, you." in visitor.get("/").text
    found = visitor.get("/", params={"q": "caña & miel"}).text
    assert "Nothing found for caña &amp; miel." in found
    wrong = visitor.post("/login/", {"username": "alice", "password": "x"})
    assert wrong.status_code == 200 and "errorlist" in wrong.text
    right = visitor.post("/login/", {"username": "alice", "password": "wonderland"})
    assert (right.status_code, right.headers["Location"]) == (302, "/")
    assert "Hello, alice." in visitor.get("/").text


@pytest.mark.parametrize("kind", KINDS)
def test_uploads_arrive_as_they_were_sent_with_and_without_guards(started, kind):
    visitor = Visitor(started(kind))
    sent = visitor.post("/upload/", {"title": "añil"}, files={"photo": ("sky.png", bytes(300000))})
    assert sent.text == "sky.png: 300000 bytes, añil"
    encoded = visitor.upload(field("title", "blue"), photo(
        "AAEC\r\nAwQF\r\n", "Content-Transfer-Encoding: base64"))
    assert encoded.text == "photo.png: 6 bytes, blue"


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_the_same_with_and_without_guards(started, kind):
    one, two = LiveSocket(started(kind), "/chat/"), LiveSocket(started(kind), "/chat/")
    for frame in ({"say": "hello"}, {"say": "ñ" * 20000}):
        one.say(frame)
        assert one.frame() == two.frame() == frame
    one.close()
    two.say({"say": "alone"})
    assert two.frame() == {"say": "alone"}
    two.close()


def test_without_the_bounds_what_they_refuse_gets_through(started):
    project = started("switched off")
    many = ["X-Number-%d: %d" % (number, number) for number in range(120)]
    assert status_of(project, head(project, "GET / HTTP/1.1", *many)) == 200
    large = Visitor(project).post("/upload/", {"title": "large"},
                                  files={"photo": ("sky.png", bytes(MAX_BODY + 1))})
    assert large.text == "sky.png: %d bytes, large" % (MAX_BODY + 1)


def test_what_django_refuses_is_a_short_line_for_each_reason(started):
    project = started("guarded")
    already = len(project.worker.text())
    for number in range(10):
        visitor = Visitor(project)
        assert visitor.get("/%d%%0A%s" % (number, "a" * 15000)).status_code == 404
        assert requests.post(project.url + "/login/", {"n": number}).status_code == 403
        assert visitor.get("/", headers={"Host": "evil%d" % number}).status_code == 400
    assert [Visitor(project).upload(field("title", "no photo")).status_code] * 2 == [400] * 2
    lines = project.worker.text()[already:].splitlines()
    refused = [line for line in lines if "Refused: " in line]
    assert len(refused) == len(lines) == 4 and max(map(len, lines)) < 400
    for reason in ("404 Not Found", "CSRF", "ALLOWED_HOSTS", "without one of its fields"):
        assert sum(reason in line for line in refused) == 1


@pytest.mark.parametrize("content", ["A", "AAAAA", "A" + " " * 500000, "A" + "\r\n" * 100000])
def test_base64_that_loops_in_django_is_refused(guarded, content):
    answer = Visitor(guarded).upload(
        field("title", "hostile"), photo(content, "Content-Transfer-Encoding: base64"))
    assert answer.status_code == 400


def test_a_body_over_the_projects_own_bound_is_refused_before_it_is_sent(guarded):
    request = head(guarded, "POST /upload/ HTTP/1.1", "Content-Length: %d" % (MAX_BODY + 1))
    assert status_of(guarded, request) == 413


def test_a_body_in_chunks_is_refused_once_it_is_over_the_bound(guarded):
    request = head(guarded, "POST /upload/ HTTP/1.1", "Transfer-Encoding: chunked")
    assert status_of(guarded, request + b"%x\r\n%s" % (2 * MAX_BODY, bytes(MAX_BODY + 1))) == 413


def test_too_many_headers_are_refused(guarded):
    many = ["X-Number-%d: %d" % (number, number) for number in range(120)]
    assert status_of(guarded, head(guarded, "GET / HTTP/1.1", *many)) in (400, 431)


@pytest.mark.parametrize("request_line,header", [
    ("POST /upload/ HTTP/1.1", 'Content-Type: multipart/form-data; boundary="' + ";" * 12000),
    ("GET / HTTP/1.1", "Cookie: " + "a=b; " * 2500),
])
def test_a_header_that_is_dear_to_parse_is_refused(guarded, request_line, header):
    request = head(guarded, request_line, header, "Content-Length: 0")
    assert status_of(guarded, request) in (400, 431)


@pytest.mark.parametrize("fields", [
    {"username": "a" + "\u0334\u0301" * 40000, "password": "x"},
    {"username": "alice", "password": "x" * 500000},
    {"username": "al\x00ice", "password": "x"},
])
def test_a_login_longer_than_anybodys_is_refused_before_it_is_looked_at(guarded, fields):
    assert Visitor(guarded).post("/login/", fields).status_code in (400, 413)


def test_more_parts_than_a_form_has_are_refused(guarded):
    answer = Visitor(guarded).upload(*[photo("") for _ in range(1001)])
    assert answer.status_code in (400, 413)


def test_a_search_of_many_words_is_refused(guarded):
    assert Visitor(guarded).get("/", params={"q": "a " * 3000}).status_code == 400


def test_many_languages_cost_about_what_a_page_costs(guarded):
    languages = ",".join(["a" * 8] * 1666)  # 15 KB
    cpu_of_pages(guarded)  # what a first page costs doesn't count
    assert cpu_of_pages(guarded, **{"Accept-Language": languages}) < 3 * cpu_of_pages(guarded)


def test_pongs_that_nobody_asked_for_count_against_a_sockets_budget(guarded):
    flood = LiveSocket(guarded, "/chat/")

    def is_told_after_more():  # its budget fills again meanwhile, and this machine may be slow
        for _ in range(SOCKET_BURST // 200):
            flood.socket.pong("x" * 100)
        return "SOCKET_BYTES" in guarded.daphne.text()
    wait_for(is_told_after_more, what="a line in daphne's log")
    flood.socket.shutdown()


def test_what_is_refused_leaves_one_line_that_names_the_setting(guarded):
    for _ in range(3):
        Visitor(guarded).get("/", params={"q": "a " * 3000})
    lines = [line for line in guarded.worker.text().splitlines() if "MAX_SEARCH" in line]
    assert len(lines) == 1, lines


def test_the_memory_of_large_uploads_comes_back(started):
    """In the worker: each has left when the next are there, whatever it was, and was answered."""
    project, size = started("switched off"), 15 * 2 ** 20
    bodies = [
        ("text/plain", b"a" * size),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="photo"; '
         b'filename="sky.png"\r\n\r\n' + b"a" * size + b"\r\n--x--\r\n"),
        ("application/x-www-form-urlencoded", b"a=" + b"a" * size),
        ("application/json", b'"' + b"a" * size + b'"'),
    ]

    def upload(times):
        for kind, body in times * bodies:
            answer = requests.post(project.url + "/upload/", body, timeout=20,
                                   headers={"Content-Type": kind})
            assert answer.status_code in (403, 413)
        assert project.answers()  # so the worker has done with the last one
        return resident_bytes(project.worker.child.pid)
    before, first = upload(0), upload(2)
    assert max(upload(1) for _ in range(4)) < first + 1.5 * size
    assert upload(0) < before + 3 * size  # glibc keeps some of what is free
