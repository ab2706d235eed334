"""
The format of entries in the list of a process that reads bundles: one entry per message, whole.

    offset  size
    0       1     0, which no key of a message begins with (a stock layer puts keys in its lists)
    1       1     the format: 1; or 0 in front of what a script has read from a key, to its end
    2       8     when it expires, in seconds since the epoch by the server's clock, as a double
    10      4     length of the payload
    14      …     payload: the message as `serialize` makes it
    …       …     the local parts of the receivers' channels, separated by line feeds; none: the
                  message itself says who it is for, as it does in a stock layer

All numbers are big-endian. lua/common.lua writes it.
"""
import struct
from collections import namedtuple

from cryptography.fernet import InvalidToken
from msgpack import UnpackException

FORMAT = 1
PLAIN = 0
HEAD = struct.Struct(">BBdI")

Entry = namedtuple("Entry", "expires payload names")


class UnknownFormat(ValueError):
    """The entry was written by a process that this one can't understand."""


# What reading an entry may raise if no layer wrote it, or one with another encryption key.
UNREADABLE = (InvalidToken, UnpackException, ValueError, TypeError, AttributeError, IndexError,
              struct.error)


def why_unreadable(error):
    """For the log, which such a message mustn't fill: some errors quote all of it."""
    return "it can't be read: %s" % (
        error if isinstance(error, UnknownFormat) else type(error).__name__)


def is_entry(data):
    """Whether a list item is an entry, and not a message's key."""
    return data[:1] == b"\0"


def pack(expires, payload, names):
    """The bytes of an entry. `names`: local parts, as text."""
    return HEAD.pack(0, FORMAT, expires, len(payload)) + payload + "\n".join(names).encode("utf8")


def plain(payload):
    """The bytes for a message that had a key of its own."""
    return bytes((0, PLAIN)) + payload


def expires(data):
    """When a bundle expires, without reading all its names. Raises UnknownFormat."""
    return _head(data)[0]


def _head(data):
    if data[1] != FORMAT:
        raise UnknownFormat("bundle format %d, this process knows %d" % (data[1], FORMAT))
    return HEAD.unpack_from(data)[2:]


def unpack(data):
    """
    The Entry in these bytes; `expires` is None for a message that had a key of its own.

    Raises UnknownFormat.
    """
    if data[1] == PLAIN:
        return Entry(None, data[2:], [])
    until, length = _head(data)
    end = HEAD.size + length
    names = data[end:].decode("utf8")
    return Entry(until, data[HEAD.size:end], names.split("\n") if names else [])
