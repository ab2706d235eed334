"""
Origins as in RFC 6454: a scheme, a host and a port, all of which must match.
"""
import re
from collections import namedtuple

DEFAULT_PORTS = {"http": 80, "https": 443}
HOST = r"(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
# \Z and ASCII classes: $ accepts a line feed, and \d other scripts' digits.
HOST_AND_PORT = re.compile(HOST + r"\Z")
ORIGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{0,30})://" + HOST + r"\Z")

Origin = namedtuple("Origin", "scheme host port")


def parse(text):
    """The Origin that a header or a setting names, or None if it is invalid ("null" is)."""
    found = ORIGIN.match(text.lower())
    return found and Origin(found.group("scheme"), found.group("host"), port_of(
        found.group("scheme"), found.group("port")))


def of_host(scheme, host):
    """The Origin of a site requested as `host`, or None if that isn't a valid host."""
    found = HOST_AND_PORT.match(host.lower())
    return found and Origin(scheme, found.group("host"), port_of(scheme, found.group("port")))


def port_of(scheme, port):
    return int(port) if port else DEFAULT_PORTS.get(scheme)
