"""
The id by which a request or a socket is known in all processes.
"""
import re

from channels_lts.conf import settings
from channels_lts.logs.subject import Ids

VALID = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}")


def ids_of(reply_channel, headers=()):
    """
    The Ids of what is answered on a reply channel: daphne's random name for it, and the value of
    the header REQUEST_ID_HEADER, if it is a single, short, harmless value. `headers`: [(name,
    value)] in bytes, names in lower case.
    """
    return Ids((reply_channel or "").rpartition("!")[2], correlation(headers))


def ids_of_message(content):
    """The same, for the content of a message. A socket's frames have no headers."""
    return ids_of(content.get("reply_channel"), content.get("headers") or ())


def correlation(headers):
    if not settings.REQUEST_ID_HEADER:
        return ""
    name = settings.REQUEST_ID_HEADER.lower().encode("latin1")
    found = [value for each, value in headers if each == name]
    return found[0].decode("ascii") if len(found) == 1 and VALID.fullmatch(found[0]) else ""
