"""
The head of a request: its line and headers, parsed strictly, and reduced for later readers.
"""
import re

from .refusal import Refusal

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# RFC 7230, section 3, without the obsolete continuation of a value on the next line. No control
# characters, and no bare CR or LF, which others may take for the end of a line. Nothing can match
# in two ways, so it is linear.
SYNTAX = re.compile(
    rb"(%b) ([\x21-\x7e\x80-\xff]+) HTTP/(1\.[01])\r\n((?:%b:[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n"
    % (TOKEN, TOKEN))
FIELD = re.compile(rb"([^:\r\n]+):([^\r\n]*)\r\n")
NOT_ASCII = re.compile(rb"[\x80-\xff]")
ABSOLUTE = re.compile(rb"https?://([^/?]*)", re.IGNORECASE)
FRAMING = frozenset([b"content-length", b"transfer-encoding"])
# Headers of which a second one would let two readers believe different things
SINGLE = frozenset([b"host", b"origin", b"content-length", b"content-type", b"transfer-encoding",
                    b"authorization", b"upgrade"])
MALFORMED = "a malformed request"


class Head:
    """`method`, `target` (path and query), `version` ("1.1") and `fields`, [(name, value)]."""

    def __init__(self, method, target, version, fields):
        """All in bytes; names in lower case."""
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields

    @classmethod
    def parse(cls, data):
        """`data`: to the end of the empty line. Raises Refusal."""
        match = SYNTAX.fullmatch(data)
        if match is None:
            raise Refusal(400, MALFORMED)
        method, target, version, lines = match.groups()
        head = cls(method, target, version, [
            (name.lower(), value.strip(b" \t")) for name, value in FIELD.findall(lines)])
        head._check_single()
        head._normalise_target()
        return head

    def values(self, name):
        """The values of all headers of this name, in order."""
        return [value for each, value in self.fields if each == name]

    def framing(self):
        """A Head with nothing but what determines where the body ends."""
        return Head(self.method, self.target, self.version,
                    [field for field in self.fields if field[0] in FRAMING])

    def drop(self, names):
        """Removes all headers of these names."""
        if any(field[0] in names for field in self.fields):
            self.fields = [field for field in self.fields if field[0] not in names]

    def replace(self, name, values):
        """Replaces a header by ones with these values."""
        self.drop([name])
        self.fields += [(name, value) for value in values]

    @property
    def length(self):
        """The length of the body in bytes, or None if it is chunked. Raises Refusal."""
        lengths, codings = self.values(b"content-length"), self.values(b"transfer-encoding")
        if not (lengths or codings):
            return 0
        if lengths and codings or codings and self.version == b"1.0":
            raise Refusal(400, MALFORMED)  # RFC 7230, section 3.3.3: request smuggling
        if codings:
            if codings[0].lower() != b"chunked":
                raise Refusal(400, MALFORMED)
            return None
        if not lengths[0].isdigit() or len(lengths[0]) > 20:  # int() is quadratic
            raise Refusal(400, MALFORMED)
        return int(lengths[0])

    @property
    def is_handshake(self):
        """Whether daphne would make it a WebSocket."""
        return [value.lower() for value in self.values(b"upgrade")] == [b"websocket"]

    def __bytes__(self):
        lines = [b"%b %b HTTP/%b" % (self.method, self.target, self.version)]
        lines += [b"%b: %b" % field for field in self.fields]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _check_single(self):
        names = [name for name, _ in self.fields]
        if len(set(names)) < len(names):
            if any(name in SINGLE and names.count(name) > 1 for name in set(names)):
                raise Refusal(400, MALFORMED)

    def _normalise_target(self):
        if not self.target.startswith(b"/"):
            self._take_authority()
        if b"#" in self.target:
            raise Refusal(400, MALFORMED)
        if NOT_ASCII.search(self.target):  # not allowed, but sent, and daphne can't decode it
            self.target = NOT_ASCII.sub(lambda match: b"%%%02X" % match.group()[0], self.target)

    def _take_authority(self):
        # RFC 7230, section 5.4: the target takes precedence. If they differ, a proxy may have
        # checked the Host header only.
        match = ABSOLUTE.match(self.target)
        if match is None or self.values(b"host") not in ([], [match.group(1)]):
            raise Refusal(400, MALFORMED)
        self.replace(b"host", [match.group(1)])
        rest = self.target[match.end():]
        self.target = rest if rest.startswith(b"/") else b"/" + rest
