"""
What an address says about a client.
"""
import ipaddress


def parse(text):
    """
    As ipaddress.ip_address, but on any CPython without a scope, which 3.9 takes: "fe80::1%eth0"
    is what the host that has an eth0 says, and of a client there may be anything behind the %.
    """
    if "%" in text:
        raise ValueError("an address with a scope")
    return ipaddress.ip_address(text)


def client_network(address):
    """What a client can't choose of its address: with IPv6 each has a /64 at the least."""
    try:
        parsed = parse(address)
    except ValueError:  # a proxy may have put anything there
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
