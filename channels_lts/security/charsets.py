"""
In which character sets a body may be sent.
"""
import encodings.aliases

# Of Python's own names the aliases hold all but these.
NAMES = set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values()) | {
    "utf_8_sig", "cp874", "koi8_u"}
# With what escapes there are: of Python's, of HZ and UTF-7, of ISO 2022.
PROBE = bytes(range(0x20, 0x7f)) + b" \\u0041\\x41\\n ~{!!~} +AGE- a-b \x1b(J\x0e\x0f"


def is_safe(name):
    """
    Whether it is a character set in which ASCII means itself.

    Names that Python doesn't know aren't looked up: it keeps each that it was asked for. Not safe
    are those that hide a "<" or a NUL from whoever looks at the bytes (UTF-7, UTF-16, escapes),
    that aren't of texts, or take quadratic time (idna, CVE-2022-45061).
    """
    normal = name.lower().replace("-", "_").replace(" ", "_").replace(".", "_")
    if normal not in NAMES:
        return False
    try:
        return PROBE.decode(name) == PROBE.decode("ascii")
    except (LookupError, UnicodeError):
        return False
