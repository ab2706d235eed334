"""
What a client's address reveals.
"""
import functools
import ipaddress


def parse(text):
    """
    Like ipaddress.ip_address, but never with a scope, which 3.9 accepts: "fe80::1%eth0" only makes
    sense on the host that has an eth0, and from a client anything could follow the %.
    """
    if "%" in text:
        raise ValueError("an address with a scope")
    return ipaddress.ip_address(text)


@functools.lru_cache(maxsize=1024)  # of each request, more than once
def client_network(address):
    """
    The part of its address that a client can't choose: with IPv6 everybody has at least a /64.
    """
    try:
        parsed = parse(address)
    except ValueError:  # a proxy may have put anything there
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
