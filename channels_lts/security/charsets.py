"""
The character sets in which a body may be sent.
"""
import encodings.aliases

# Python's own names that aren't among the aliases.
NAMES = set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values()) | {
    "utf_8_sig", "cp874", "koi8_u"}
# Encodings with escapes: Python's own, HZ and UTF-7, ISO 2022.
PROBE = bytes(range(0x20, 0x7f)) + b" \\u0041\\x41\\n ~{!!~} +AGE- a-b \x1b(J\x0e\x0f"


def is_safe(name):
    """
    Whether it is a character set in which ASCII means itself.

    Names unknown to Python aren't looked up: it would cache every one of them. Unsafe are those
    that hide a "<" or a NUL from code that looks at the bytes (UTF-7, UTF-16, escapes), those that
    aren't for text, and those that take quadratic time (idna, CVE-2022-45061).
    """
    normal = name.lower().replace("-", "_").replace(" ", "_").replace(".", "_")
    if normal not in NAMES:
        return False
    try:
        return PROBE.decode(name) == PROBE.decode("ascii")
    except (LookupError, UnicodeError):
        return False
