"""
What is known about a client's address.
"""
import pytest

from channels_lts import sessions


class Request(dict):
    """The part of a message that sessions.ip_address_of reads."""


def address_of(client):
    return sessions.ip_address_of(Request(client=client))


@pytest.mark.parametrize("address, known_as", [
    ("192.0.2.1", "192.0.2.1"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("::FFFF:c000:201", "192.0.2.1"),
    ("2001:db8::1", "2001:db8::/64"),
    ("2001:DB8:0:0:ffff:ffff:ffff:ffff", "2001:db8::/64"),
    ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
    ("::1", "::/64"),
    ("", ""),
    ("unknown", "unknown"),
    ("192.0.2.1:4711", "192.0.2.1:4711"),
    ("fe80::1%eth0", "fe80::1%eth0"),
])
def test_an_address_is_known_without_what_a_client_can_choose(address, known_as):
    assert address_of([address, 4711]) == known_as


@pytest.mark.parametrize("client", [None, []])
def test_where_daphne_knows_no_address_there_is_none(client):
    assert address_of(client) == ""
