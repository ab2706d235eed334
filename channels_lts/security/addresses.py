"""
What an address says about a client.
"""
import ipaddress


def client_network(address):
    """What a client can't choose of its address: with IPv6 each has a /64 at the least."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a proxy may have put anything there
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
