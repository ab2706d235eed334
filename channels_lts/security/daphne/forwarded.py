"""
What proxies say about the client.
"""
import re

from channels_lts.security import addresses

WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d*)?|([\d.]+):\d*")
MAX_PORT = 65535
# Some proxies (Traefik) send a socket's own scheme, which neither daphne nor Django knows.
SCHEMES = {b"http": b"http", b"https": b"https", b"ws": b"http", b"wss": b"https"}
LONGEST = 64  # characters, for an address with a port


class Forwarded:
    """
    Reduces the headers that daphne trusts (--proxy-headers) to what can be trusted: one address
    each. Everything before the last `hops` entries was written by the client.
    """

    def __init__(self, factory, hops):
        """`factory`: daphne's. `hops`: proxies that append to the header; with 0 it is ignored."""
        self.address = lower(factory.proxy_forwarded_address_header)
        self.port = lower(factory.proxy_forwarded_port_header)
        self.proto = lower(factory.proxy_forwarded_proto_header)
        self.hops = hops

    @property
    def names(self):
        """The names of the headers that daphne trusts."""
        return [name for name in (self.address, self.port, self.proto) if name]

    def apply(self, head):
        """The client's address, or None if daphne should use the peer's."""
        if not self.address:
            return None
        address = self._address(head.values(self.address))
        head.replace(self.address, [address.encode("ascii")] if address else [])
        self._keep(head, self.port, port)
        self._keep(head, self.proto, SCHEMES.get)
        return address

    def _address(self, values):
        added = [each for value in values for each in value.split(b",")]
        return ip_address(added[-self.hops:][0]) if added and self.hops else None

    def _keep(self, head, name, read):
        if name:
            found = [read(value.lower()) for value in head.values(name)[-1:]]
            head.replace(name, [value for value in found if value is not None])


def lower(name):
    """A header's name in Head's form; None for None."""
    return name.lower().encode("ascii") if name else None


def ip_address(value):
    """The address in "192.0.2.1:80", "[::1]:80" or without a port, as text; None if invalid."""
    text = value.strip(b" \t").decode("latin1")[:LONGEST]
    match = WITH_PORT.fullmatch(text)
    try:
        return str(addresses.parse((match.group(1) or match.group(2)) if match else text))
    except ValueError:
        return None


def port(value):
    """The port, as received, or None if invalid."""
    return value if value.isdigit() and int(value[:6]) <= MAX_PORT else None
