"""
Checks a multipart body before Django's parser reads it.

Django 1.11's MultiPartParser loops for ever on base64 of a wrong length (CVE-2022-23833), accepts
any number of parts (CVE-2023-24580), and loses its place if a part has no name: whatever comes
after 64 KiB of it is read as headers. This reads each part as Django does, in time linear in the
body, and refuses everything for which Django would take longer. DRF uses Django's class.
"""
import base64
import itertools
import re
import string

from django.http.multipartparser import MultiPartParser, parse_header
from django.utils.encoding import force_text
from django.utils.text import unescape_entities

from channels_lts.conf import bound, settings

from .errors import BadRequest

BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]\Z")  # RFC 2046
HEADER_BYTES = 1024  # Django's parser doesn't recognize a longer header
HEADER_LINES = 16
PARAMETERS = 32  # in a header; Django counts the quotes before each ";" again
REPEATED = 16  # length of a run that may appear only once in a boundary, after its dashes
AROUND = 256  # bytes before the first delimiter, and after the last

ENCODINGS = {"", "7bit", "8bit", "binary", "quoted-printable", "base64"}
ALPHABET = (string.ascii_letters + string.digits + "+/").encode("ascii")
WHITE = b" \t\n\r\x0b\x0c"
SPACES = bytes(32 if byte in WHITE else byte for byte in range(256))
GAP = b" " * 4  # Django completes each chunk byte by byte until it has four that aren't white
CONTROL = re.compile("[\x00-\x1f\x7f]")


class Part:
    """
    One part: its `name`, and the `value` of a field; both are texts. Raises BadRequest.
    """
    value = None

    def __init__(self, body, start, end, charset):
        """It spans the body from `start`, after the delimiter, to `end`."""
        head, blank, _ = body[start:min(end, start + HEADER_BYTES)].partition(b"\r\n\r\n")
        if not blank:
            raise BadRequest("a multipart part without a header, or with one over 1,024 bytes")
        self.charset = charset
        headers = parse_headers(head)
        parameters = disposition(headers)
        self.name = self.text(parameters["name"].strip())
        self.is_file = bool(parameters.get("filename"))
        is_base64 = transfer_encoding(headers) == "base64"
        if self.is_file:
            if not self.name:  # Django never completes it
                raise BadRequest("a multipart file without a field's name")
            check_file_name(self.text(parameters["filename"]))
        if is_base64 or not self.is_file:
            self.read(body[start + len(head) + len(blank):end], is_base64)

    def read(self, content, is_base64):
        if is_base64:
            check_base64(content)
        if not self.is_file:
            self.size = len(content)  # as Django counts it
            self.value = self.text(base64.b64decode(content) if is_base64 else content)

    def text(self, value):
        return force_text(value, self.charset, errors="replace")


def check_file_name(given):
    """
    Django takes the last component, and skips a part without one, along with its content.
    Storages that didn't: CVE-2021-28658, CVE-2021-31542.
    """
    name = MultiPartParser.IE_sanitize(None, unescape_entities(given))
    steps = re.split(r"[/\\]", unescape_entities(given))
    if not name or ".." in steps or steps[-1].strip() in ("", ".") or CONTROL.search(name):
        raise BadRequest("an invalid file name")


def transfer_encoding(headers):
    encoding = headers.get("content-transfer-encoding", ("", {}))[0].strip()
    if encoding not in ENCODINGS:
        raise BadRequest("an unknown Content-Transfer-Encoding")
    return encoding


def parse_headers(head):
    """{name: (value, parameters)} as in Django's parse_boundary_stream."""
    lines = head.split(b"\r\n")
    if len(lines) > HEADER_LINES or any(line.count(b";") > PARAMETERS for line in lines):
        raise BadRequest("a multipart part with too many headers or parameters")
    headers = {}
    for line in lines:
        try:
            pair, parameters = parse_header(line)
            name, value = pair.split(":", 1)
        except ValueError:
            continue
        except LookupError:  # filename*=nonsense''...
            raise BadRequest("a multipart header in an unknown charset")
        if name in headers:
            raise BadRequest("a multipart part with two headers of one name")
        headers[name] = value, parameters
    return headers


def disposition(headers):
    """The header's parameters; raises BadRequest if there is no name."""
    try:
        parameters = headers["content-disposition"][1]
        parameters["name"]
    except KeyError:
        raise BadRequest("a multipart part without a name")
    return parameters


def check_base64(content):
    digits = content.translate(None, WHITE)
    rest = digits.translate(None, ALPHABET)
    if (len(digits) % 4 or rest not in (b"", b"=", b"==") or not digits.endswith(rest)
            or GAP in content.translate(SPACES)):
        raise BadRequest("a multipart part that isn't base64 as it says")


def scan(body, content_type, charset):
    """The parts of a body, as Parts; raises BadRequest. `content_type` is the header's text."""
    separator = b"--" + boundary(content_type)
    most = bound("MAX_PARTS")
    starts = list(itertools.islice(find_all(separator, body), min(most + 2, len(body))))
    if len(starts) > most + 1:
        raise BadRequest("more parts than MAX_PARTS", 413)
    if not starts or not body.startswith(separator + b"--", starts[-1]):
        raise BadRequest("a multipart body without an end")
    check_around(body, starts[0])
    check_around(body, len(body) - starts[-1] - len(separator), starts[-1] + len(separator))
    return check_sums([
        Part(body, start + len(separator), end_of(body, start + len(separator), end), charset)
        for start, end in zip(starts, starts[1:])])


def find_all(separator, body):
    start = body.find(separator)
    while start >= 0:
        yield start
        start = body.find(separator, start + len(separator))


def check_around(body, size, start=0):
    if size > AROUND or b"\r\n\r\n" in body[start:start + size]:
        raise BadRequest("a multipart body with extra data around it")


def end_of(body, start, end):
    """The line break before a delimiter belongs to it; Django also accepts half of one."""
    if body.endswith(b"\n", start, end):
        end -= 1
    return end - 1 if body.endswith(b"\r", start, end) else end


def boundary(content_type):
    found = parse_header(content_type.encode("ascii"))[1].get("boundary")
    if not isinstance(found, bytes) or not BOUNDARY.match(found) or is_slow(found):
        raise BadRequest("a multipart body without a valid boundary")
    return found


def is_slow(found):
    """
    Whether searching for it takes far more than one step per byte for some bodies: bytes.find
    repeats comparisons for self-similar patterns.
    """
    rest = found.lstrip(b"-")
    dashes = len(found) - len(rest)
    runs = [rest[i:i + REPEATED] for i in range(len(rest) - REPEATED + 1)]
    return len(set(runs)) < len(runs) or found.endswith(b"-") and dashes > REPEATED // 2


def check_sums(parts):
    fields = [part for part in parts if not part.is_file]
    if len(parts) - len(fields) > bound("MAX_FILES"):
        raise BadRequest("more files than MAX_FILES", 413)
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if most is not None and len(fields) > most:
        raise BadRequest("more fields than DATA_UPLOAD_MAX_NUMBER_FIELDS", 413)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if most is not None and sum(each.size + len(each.name) + 2 for each in fields) > most:
        raise BadRequest("fields larger than DATA_UPLOAD_MAX_MEMORY_SIZE", 413)
    return parts
