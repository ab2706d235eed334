"""
The scan of a multipart body, compared with Django's parser, which it protects.
"""
import io

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import LazyStream, MultiPartParser, MultiPartParserError
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from channels_lts.security.errors import BadRequest
from channels_lts.security.multipart import scan
from tests.support.examples import examples

from .asking import BOUNDARY, multipart, part

TYPE = "multipart/form-data; boundary=" + BOUNDARY.decode("ascii")
BASE64 = b"Content-Transfer-Encoding: base64"
FORM_DATA = b"Content-Disposition: form-data; "


class TooManySteps(AssertionError):
    pass


class Counting(io.BytesIO):
    """A body; it counts what Django's parser moves about while reading it, and stops a loop."""

    def __init__(self, body, monkeypatch):
        super().__init__(body)
        self.moved = 0
        self.most = 60 * len(body) + 2 ** 16
        original = LazyStream.__next__
        unget = LazyStream.unget
        read = LazyStream.read

        def count(size):
            self.moved += size + 1
            if self.moved > self.most:
                raise TooManySteps
        monkeypatch.setattr(LazyStream, "__next__", lambda stream: original(stream))
        monkeypatch.setattr(
            LazyStream, "unget", lambda stream, data: (count(len(data)), unget(stream, data))[1])
        monkeypatch.setattr(
            LazyStream, "read", lambda stream, size=None: (count(1), read(stream, size))[1])


class Uploads(MemoryFileUploadHandler):
    """In memory, with chunks so small that a short body has many."""
    activated = True

    def __init__(self, chunk_size):
        super().__init__()
        self.chunk_size = chunk_size

    def handle_raw_input(self, *args, **kwargs):
        self.activated = True


def parsed_by_django(body, chunk_size=2048, content_type=TYPE):
    """(fields, files' names) as Django finds them, in a bounded number of steps."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        stream = Counting(body, monkeypatch)
        meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
        post, files = MultiPartParser(meta, stream, [Uploads(chunk_size)], "utf-8").parse()
    fields = [(name, value) for name, values in post.lists() for value in values]
    return sorted(fields), sorted(name for name, found in files.lists() for _ in found)


def scanned(body, content_type=TYPE):
    parts = scan(body, content_type, "utf-8")
    return (sorted((part.name, part.value) for part in parts if not part.is_file),
            sorted(part.name for part in parts if part.is_file))


def refused(body, content_type=TYPE):
    with pytest.raises(BadRequest) as info:
        scan(body, content_type, "utf-8")
    return info.value.status, info.value.reason


def test_what_browsers_send_passes():
    body = multipart(part("caf\u00e9".encode("utf8"), b"name"), part(b"", b"empty", file_name=b""),
                     part(b"\x00\xff" * 50000, b"up", [b"Content-Type: image/png"], b"a;b.png"))
    assert scanned(body) == parsed_by_django(body) == (
        [("empty", ""), ("name", "caf\u00e9")], ["up"])
    assert scanned(multipart()) == ([], [])


@pytest.mark.parametrize("content, is_refused", [
    (b"A", True), (b"AAA", True), (b"AAAAA", True), (b"A\r\n", True), (b"A===", True),
    (b"AA=A", True), (b"A A\r\nAA BBB", True), (b"AA\x00A", True), (b"A    AAA", True),
    (b"", False), (b"AAAA", False), (b"AA==", False), (b"AAAA\r\nAA A=\r\n", False)])
@pytest.mark.parametrize("kind", [dict(file_name=b"f"), dict()])
@pytest.mark.parametrize("header", [
    BASE64, b"CONTENT-transfer-encoding:BASE64;x=y", b"Content-Transfer-Encoding: \"x\"; base64"])
def test_base64_that_django_would_read_for_ever_is_refused(content, is_refused, kind, header):
    body = multipart(part(content, headers=[header], **kind))
    if is_refused or b'"' in header:
        refused(body)
    else:
        assert scanned(body) == parsed_by_django(body)


def test_base64_of_white_space_is_refused():
    refused(multipart(part(b"AAAAA" + b" " * 200000 + b"AAA", headers=[BASE64], file_name=b"f")))


@pytest.mark.parametrize("head", [
    FORM_DATA + b'filename="f"', b"Content-Type: a/b", FORM_DATA + b'name="a"; filename=" "',
    FORM_DATA + b'name="a"; filename="C:\\"', FORM_DATA + b'name="a"; filename="../f"',
    FORM_DATA + b'name="a"; filename="..\\f"', FORM_DATA + b'name="a"; filename="&#46;&#46;/f"',
    FORM_DATA + b'name="a"; filename="a/.."', FORM_DATA + b'name="a"; filename="f\x00"',
    FORM_DATA + b"name=a; filename*=nonsense''%41", FORM_DATA + b"name=a" + b";" * 60,
    FORM_DATA + b'name="a"\r\n' + FORM_DATA + b'name="a"; filename="f"',
    FORM_DATA + b"name=a\r\nX: " + b"x" * 1024, FORM_DATA + b"name=a" + b"\r\nX: y" * 20,
    FORM_DATA + b"name=a\r\nContent-Transfer-Encoding: x-uuencode"])
def test_a_part_that_django_would_lose_its_place_in_is_refused(head):
    body = (b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\nx\r\n") + multipart()
    assert refused(body)[0] == 400


@pytest.mark.parametrize("body", [
    b"", b"x", b"--" + BOUNDARY, part(b"x"), multipart(part(b"x"))[:-4],
    b"x" * 1000 + multipart(), multipart() + b"x" * 1000, part(b"x") + multipart() * 2,
    b"A: b\r\n\r\n" + multipart(), b"--" + BOUNDARY + b"\r\n\r\nx\r\n" + multipart()])
def test_a_body_that_is_not_multipart_as_its_boundary_says_is_refused(body):
    assert refused(body)[0] == 400


@pytest.mark.parametrize("boundary", ["", "a" * 71, "a\u00e9", "a ", "a\tb", "<a>", "utf-8''a", "-",
                                      "-" * 70, "a" * 40, "-" * 68 + "b-", "--ab" * 15])
def test_a_boundary_is_one_of_the_rfc(boundary):
    header = "multipart/form-data; boundary%s=\"%s\"" % ("*" * ("''" in boundary), boundary)
    refused(multipart(), header.encode("ascii", "ignore").decode() if boundary != "a\u00e9"
            else "multipart/form-data")


def test_parts_fields_and_files_are_bounded(settings):
    settings.CHANNELS_LTS = {"MAX_PARTS": 3, "MAX_FILES": 1}
    one, file = part(b"x"), part(b"x", file_name=b"f")
    assert scan(multipart(one, one, file), TYPE, "utf-8")
    assert "MAX_PARTS" in refused(multipart(one, one, one, file))[1]
    assert "MAX_FILES" in refused(multipart(file, file))[1]
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    assert refused(multipart(one, one))[0] == 413
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5
    assert scan(multipart(one, part(b"x" * 9, file_name=b"f")), TYPE, "utf-8")
    assert refused(multipart(part(b"x" * 3)))[0] == 413


CONTENT = st.one_of(
    st.binary(max_size=30), st.sampled_from([b"A", b"AAAA", b"AA==", b"A" * 5000, b" " * 5000,
                                             b"AAA " * 2000, b"\r\n" * 2000, b"--" * 1000]),
    st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--", BOUNDARY, b"\r\n--", b"x", b"\r\n\r\n",
                              FORM_DATA, b'name="z"', b'filename="q"', BASE64]),
             max_size=8).map(b"".join))
HEADER = st.sampled_from([
    b"", BASE64, b"Content-Type: text/plain; charset=x", FORM_DATA, FORM_DATA + b'name="b"',
    FORM_DATA + b'name="b"; filename="x"', FORM_DATA + b"name*=utf-8''b", b"X: \xff", b";;;", b'"',
    b"Content-Transfer-Encoding:\tbase64 ", b"Content-Length: -1", b"Content-Length: 9"])
PART = st.builds(
    part, CONTENT, st.sampled_from([b"a", b" ", b"", b"\xff", b'a"; filename="x', b"a;b"]),
    st.lists(HEADER, max_size=2), st.sampled_from([None, None, b"", b"f", b" f ", b"\\", b"a/b"]))
BODY = st.tuples(st.lists(PART | CONTENT, max_size=5), st.sampled_from([
    multipart(), b"--" + BOUNDARY, b"", multipart() + b"\r\n", multipart() * 2])).map(
        lambda pieces: b"".join(pieces[0]) + pieces[1])


@settings(max_examples=examples(120))
@given(BODY, st.sampled_from([512, 2048, 65536]))
@example(multipart(part(b"AAAAA" + b" " * 3 + b"AAA", headers=[BASE64], file_name=b"f")), 64)
def test_django_reads_what_passes_in_few_steps_and_sees_the_same(body, chunk_size):
    try:
        found = scanned(body)
    except BadRequest:
        assume(False)
    assert found == parsed_by_django(body, chunk_size)


def test_what_is_refused_here_is_what_django_loops_on():
    """The parser that is guarded still needs the guard."""
    body = multipart(part(b"A", headers=[BASE64], file_name=b"f"))
    with pytest.raises((TooManySteps, MultiPartParserError, SuspiciousOperation)) as info:
        parsed_by_django(body)
    assert info.type is TooManySteps
